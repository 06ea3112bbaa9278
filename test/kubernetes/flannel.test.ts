import * as assert from "node:assert/strict";
import { stepOf } from "../support/steps";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { load, loadAll } from "js-yaml";
import { moduleDirectory } from "../../lab/toolchain";
import { podSysctlDefaults } from "../../components/kubernetes/pod-sysctls";
import { releases } from "../../components/releases/releases";
import { toYamlStream } from "../../components/text/yaml";
import { planOf, stack } from "../support/fixtures";

interface PodNetworkObject {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly metadata: { readonly name: string };
}

/** What differs from upstream's manifest of the same release, and why. */
const differences: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["type", ...Object.keys(podSysctlDefaults).map((name) => `sysctl.${name}`)].map((field) => [
      `ConfigMap/kube-flannel-cfg data.cni-conf.json plugins.2.${field}`,
      "pods have kernel values of their own",
    ]),
  ),
  "DaemonSet/kube-flannel-ds spec.template.metadata.annotations.nordmesh.io/cni-configuration":
    "another CNI configuration starts it again",
  "ConfigMap/kube-flannel-cfg data.net-conf.json EnableNFTables": "one packet filter a node",
  "DaemonSet/kube-flannel-ds spec.template.spec.containers.kube-flannel.args.3":
    "traffic between nodes takes the declared addresses",
  "DaemonSet/kube-flannel-ds spec.template.spec.containers.kube-flannel.env.NODE_IP.name":
    "names the declared address",
  "DaemonSet/kube-flannel-ds spec.template.spec.containers.kube-flannel.env.NODE_IP.valueFrom.fieldRef.fieldPath":
    "names the declared address",
  "DaemonSet/kube-flannel-ds spec.template.spec.containers.kube-flannel.env.KUBERNETES_SERVICE_HOST.name":
    "does not wait for kube-proxy",
  "DaemonSet/kube-flannel-ds spec.template.spec.containers.kube-flannel.env.KUBERNETES_SERVICE_HOST.value":
    "does not wait for kube-proxy",
  "DaemonSet/kube-flannel-ds spec.template.spec.containers.kube-flannel.env.KUBERNETES_SERVICE_PORT.name":
    "does not wait for kube-proxy",
  "DaemonSet/kube-flannel-ds spec.template.spec.containers.kube-flannel.env.KUBERNETES_SERVICE_PORT.value":
    "does not wait for kube-proxy",
  "DaemonSet/kube-flannel-ds spec.template.spec.volumes.flannel-cfg.configMap.defaultMode":
    "the CNI configuration is for root alone",
};

describe("the flannel manifest", () => {
  it("is upstream's of the pinned release but for declared differences", async function () {
    this.timeout("5m");
    const module = "github.com/flannel-io/flannel";
    const directory = await moduleDirectory({ group: "flannel", module });
    const file = join(directory, "Documentation", "kube-flannel.yml");
    const upstream = leavesOf(readObjects(readFileSync(file, "utf8")));
    const ours = leavesOf(manifestOf({}));
    const paths = new Set([...upstream.keys(), ...ours.keys()]);
    const differing = [...paths].filter((path) => upstream.get(path) !== ours.get(path));
    assert.deepEqual(differing.sort(), Object.keys(differences).sort());
  });

  it("carries the range of pods, whatever it is", () => {
    const range = fc
      .tuple(fc.constantFrom("10", "172", "100"), fc.integer({ min: 16, max: 31 }))
      .map(([first, second]) => `${first}.${second === 96 ? 97 : second}.0.0/16`);
    fc.assert(
      fc.property(range, (podCidr) => {
        const config = manifestOf({ kubernetes: { podCidr } }).find(
          ({ kind }) => kind === "ConfigMap",
        );
        const network = load(config?.data?.["net-conf.json"] ?? "") as Record<string, unknown>;
        assert.equal(network["Network"], podCidr);
      }),
    );
  });

  it("gives pods the kernel values that are declared, and starts again for other ones", () => {
    const told = (podSysctls: Record<string, string | number>) => {
      const objects = manifestOf({ kubernetes: { podSysctls } });
      const config = objects.find(({ kind }) => kind === "ConfigMap")?.data?.["cni-conf.json"];
      const { plugins } = JSON.parse(config ?? "") as { plugins: Record<string, unknown>[] };
      const marks = /cni-configuration: \w+/.exec(toYamlStream(objects));
      return {
        sysctl: plugins.find(({ type }) => type === "tuning")?.["sysctl"],
        mark: marks?.[0],
      };
    };
    const plain = told({});
    assert.deepEqual(plain.sysctl, podSysctlDefaults);
    const leave = Object.fromEntries(Object.keys(podSysctlDefaults).map((name) => [name, "leave"]));
    const own = told({ ...leave, "net.core.somaxconn": 1024 });
    assert.deepEqual(own.sysctl, { "net.core.somaxconn": "1024" });
    assert.equal(told(leave).sysctl, undefined);
    assert.equal(new Set([plain.mark, own.mark, told(leave).mark]).size, 3);
  });

  it("asks a mirror for every image, and the vendor for none of them", () => {
    const repository = fc.stringMatching(
      /^[a-z][a-z0-9]{1,8}\.example(:\d{2,4})?(\/[a-z]{1,6}){0,2}$/,
    );
    fc.assert(
      fc.property(repository, (imageRepository) => {
        const artifacts = { source: "mirror", url: "https://m.example", imageRepository };
        const images = imagesOf(manifestOf({ artifacts }));
        assert.equal(images.length, 3);
        for (const image of images) {
          const [name = "", tag] = image.slice(`${imageRepository}/`.length).split(":");
          assert.ok(image.startsWith(`${imageRepository}/`), image);
          assert.match(name, /^flannel(-cni-plugin)?$/);
          assert.match(tag ?? "", /^v\d+\.\d+\.\d+/);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("runs the images of the release set where there is no mirror", () => {
    const { daemon, cniPlugin } = releases["2026.1"]?.flannel ?? {};
    for (const artifacts of [{ source: "internet" }, { source: "bundle", path: "/b" }]) {
      assert.deepEqual(imagesOf(manifestOf({ artifacts })), [cniPlugin, daemon, daemon]);
    }
  });

  it("reaches the first control plane alone", () => {
    const { steps } = planOf(stack()).kubernetes;
    const reached = steps.filter(({ files }) => files["FLANNEL_MANIFEST"] !== undefined);
    assert.deepEqual(
      reached.map(({ name }) => name),
      ["cp-1-join"],
    );
  });
});

function manifestOf({
  kubernetes = {},
  artifacts = { source: "internet" },
}: {
  readonly kubernetes?: object;
  readonly artifacts?: object;
}): readonly PodNetworkObject[] {
  const endpoint = "api.example.net:6443";
  const raw = stack({ artifacts, kubernetes: { endpoint, ...kubernetes } });
  return readObjects(stepOf(planOf(raw), "cp-1-join").variables["FLANNEL_MANIFEST"] ?? "");
}

function readObjects(text: string): readonly PodNetworkObject[] {
  return (loadAll(text) as PodNetworkObject[]).map((object) => ({
    ...object,
    ...(object.data && {
      data: Object.fromEntries(
        Object.entries(object.data).map(([key, value]) => [key, value.trim()]),
      ),
    }),
  }));
}

function imagesOf(objects: readonly PodNetworkObject[]): readonly string[] {
  const leaves = leavesOf(objects);
  return [...leaves].flatMap(([path, value]) =>
    path.endsWith(".image") ? [JSON.parse(value) as string] : [],
  );
}

/** Every value by its path; entries of a list go by their name where they have one, texts of JSON are read. */
function leavesOf(objects: readonly PodNetworkObject[]): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "string" && value.startsWith("{")) {
      walk(JSON.parse(value), `${path} `);
      return;
    }
    if (typeof value !== "object" || value === null) {
      leaves.set(path, JSON.stringify(value));
      return;
    }
    for (const [key, entry] of Object.entries(value)) {
      const named = Array.isArray(value) ? (entry as { name?: unknown }).name : undefined;
      const step = typeof named === "string" ? named : key;
      walk(entry, /[ ]$|^$/.test(path) ? `${path}${step}` : `${path}.${step}`);
    }
  };
  for (const object of objects) walk(object, `${object.kind}/${object.metadata.name} `);
  return leaves;
}
