import * as assert from "node:assert/strict";
import { loadAll } from "js-yaml";
import { renderCilium } from "../../lab/charts/cilium";
import { TOOL_GROUPS } from "../../lab/toolchain";
import { podSysctlDefaults } from "../../components/kubernetes/pod-sysctls";
import { releases } from "../../components/releases/releases";
import { withoutKubeProxy } from "../../components/kubernetes/networks/cilium";
import chart from "../../components/kubernetes/networks/cilium.json";
import { planOf, stack } from "../support/fixtures";
import { stepOf } from "../support/steps";

interface Declared {
  readonly kubernetes?: object;
  readonly artifacts?: object;
  readonly hosts?: object;
}

interface NetworkObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly replicas?: number };
}

describe("the cilium manifest", () => {
  it("is what the chart of the pinned release makes of our values", async function () {
    this.timeout("10m");
    const { kubernetes, cilium } = releases["2026.1"];
    const version = TOOL_GROUPS.find(({ name }) => name === "cilium")?.version ?? "";
    assert.ok(cilium.agent.endsWith(`:${version}`) && cilium.operator.endsWith(`:${version}`));
    const rendered = await renderCilium(kubernetes);
    assert.deepEqual(
      JSON.parse(JSON.stringify(rendered)),
      chart,
      "run npx tsx lab/charts/cilium.ts",
    );
    const replacing = await renderCilium(kubernetes, { kubeProxyReplacement: "true" });
    assert.deepEqual(JSON.parse(JSON.stringify(replacing)), withoutKubeProxy(chart));
  });

  it("takes the work of kube-proxy over where the cluster has none", () => {
    const settings = (kubeProxy: boolean) =>
      objectsOf({ kubernetes: { kubeProxy } }).find(
        ({ metadata }) => metadata.name === "cilium-config",
      )?.data ?? {};
    assert.equal(settings(true)["kube-proxy-replacement"], "false");
    assert.equal(settings(false)["kube-proxy-replacement"], "true");
    // A sidecar must see whom its application calls.
    assert.equal(settings(false)["bpf-lb-sock-hostns-only"], "true");
    const cluster = (kubeProxy: boolean) =>
      variableOf("CLUSTER_CONFIG", { kubernetes: { kubeProxy } });
    assert.doesNotMatch(cluster(true), /^proxy:/m);
    assert.match(cluster(false), /^proxy:\n {2}disabled: true$/m);
  });

  it("leaves no place for a value empty", () => {
    const places = /API_SERVER_|_IMAGE\b|SETTINGS_DIGEST/;
    assert.match(JSON.stringify(chart), places);
    assert.doesNotMatch(textOf({}), places);
  });

  it("asks the mirror for its images, and vendors where there is none", () => {
    const artifacts = {
      source: "mirror",
      url: "https://m.example",
      imageRepository: "m.example/k",
    };
    const mirrored = [...textOf({ artifacts }).matchAll(/image: (\S+)/g)].map(([, image]) => image);
    assert.deepEqual(
      [...new Set(mirrored)],
      ["m.example/k/cilium:v1.20.2", "m.example/k/operator-generic:v1.20.2"],
    );
    assert.match(textOf({}), /image: quay\.io\/cilium\/cilium:v1\.20\.2/);
  });

  it("gives pods the kernel values that are declared, and starts again for other ones", () => {
    const told = (podSysctls: Record<string, string | number>) => {
      const objects = objectsOf({ kubernetes: { podSysctls } });
      const text = objects.find(({ data }) => data?.["cni-config"] !== undefined)?.data?.[
        "cni-config"
      ];
      const { plugins } = JSON.parse(text ?? "") as { plugins: Record<string, unknown>[] };
      const mark = /nordmesh\.io\/settings: \w+/.exec(textOf({ kubernetes: { podSysctls } }))?.[0];
      return { types: plugins.map(({ type }) => type), last: plugins.at(-1)?.["sysctl"], mark };
    };
    const plain = told({});
    assert.deepEqual(plain.types, ["cilium-cni", "portmap", "tuning"]);
    assert.deepEqual(plain.last, podSysctlDefaults);
    const own = told({ "net.core.somaxconn": 1024 });
    assert.deepEqual(own.last, { ...podSysctlDefaults, "net.core.somaxconn": "1024" });
    assert.notEqual(plain.mark, own.mark);
  });

  it("has two operators, or one where there is one node", () => {
    const replicas = (raw: Declared) =>
      objectsOf(raw).find(({ kind }) => kind === "Deployment")?.spec?.replicas;
    const [host] = Object.entries(stack()["hosts"] as Record<string, object>);
    assert.ok(host);
    assert.deepEqual([replicas({}), replicas({ hosts: { [host[0]]: host[1] } })], [2, 1]);
  });
});

function textOf(raw: Declared): string {
  return variableOf("FLANNEL_MANIFEST", raw);
}

function variableOf(name: string, { kubernetes = {}, ...rest }: Declared): string {
  const declared = stack({
    ...rest,
    kubernetes: { endpoint: "api.example.net:6443", cni: "cilium", ...kubernetes },
  });
  return stepOf(planOf(declared), "cp-1-join").variables[name] ?? "";
}

function objectsOf(raw: Declared): readonly NetworkObject[] {
  return loadAll(textOf(raw)) as readonly NetworkObject[];
}
