/** A real API server judges what the scripts apply and answers what they ask. */
import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readScripts } from "../../components/text/asset";
import { withVariables } from "../../components/text/shell";
import { ensureTool } from "../../lab/toolchain";
import { startApiServer, type ApiServer } from "../support/api-server";
import { stepOf } from "../support/steps";
import { planOf, root, stack } from "../support/fixtures";
import { run } from "../support/programs";

const contentType = "application/json";

describe("the cluster's scripts before a real API server", function () {
  this.timeout(180_000);

  let directory: string;
  let server: ApiServer;
  let kubectl: string;

  before(async function () {
    // Only builds for the first time take long.
    this.timeout(60 * 60_000);
    kubectl = await ensureTool("kubectl");
    directory = mkdtempSync(join(tmpdir(), "nordmesh-scripts-"));
    server = await startApiServer(directory);
  });

  after(async () => {
    await server?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  it("apply every object of flannel without a warning, any number of times", () => {
    const manifest = stepOf(planOf(stack()), "cp-1-join").variables["FLANNEL_MANIFEST"] ?? "";
    const names = [
      "namespace/kube-flannel",
      "clusterrole.rbac.authorization.k8s.io/flannel",
      "clusterrolebinding.rbac.authorization.k8s.io/flannel",
      "serviceaccount/flannel",
      "configmap/kube-flannel-cfg",
      "daemonset.apps/kube-flannel-ds",
    ];
    for (let time = 0; time < 2; time += 1) {
      const done = bash({
        script: "network",
        drive: "apply_flannel",
        variables: { FLANNEL_MANIFEST: manifest },
      });
      assert.deepEqual(done, {
        status: 0,
        output: names.map((name) => `${name} serverside-applied\n`).join(""),
      });
    }
  });

  it("count the nodes whose taints CoreDNS tolerates", async () => {
    const reserved = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };
    const nodes = {
      "cp-1": { taints: [reserved] },
      "cp-2": { taints: [reserved, { key: "dedicated", value: "db", effect: "NoSchedule" }] },
      "w-1": {},
      "w-2": { unschedulable: true },
      "w-3": { taints: [{ key: "busy", effect: "PreferNoSchedule" }] },
      "w-4": { taints: [{ key: "gone", effect: "NoExecute" }] },
    };
    for (const [name, spec] of Object.entries(nodes)) {
      const body = { apiVersion: "v1", kind: "Node", metadata: { name }, spec };
      await server.request({ method: "POST", path: "/api/v1/nodes", body, contentType });
      // Every new node is tainted until its controller saw it, and none runs here.
      const change = [{ op: "replace", path: "/spec", value: { taints: [], ...spec } }];
      await server.request({
        method: "PATCH",
        path: `/api/v1/nodes/${name}`,
        body: change,
        contentType: "application/json-patch+json",
      });
    }
    const done = bash({ script: "dns", drive: "dns_nodes" });
    assert.deepEqual(done, { status: 0, output: "cp-1\nw-1\nw-3\n" });
  });

  it("give CoreDNS its constraint once, and see a rollout that has not ended", async () => {
    const labels = { "k8s-app": "kube-dns" };
    const containers = [{ name: "coredns", image: "registry.k8s.io/coredns/coredns:v1" }];
    const body = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "coredns", namespace: "kube-system" },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    };
    const path = "/apis/apps/v1/namespaces/kube-system/deployments";
    await server.request({ method: "POST", path, body, contentType });
    const drive =
      "await_dns_rollout() { :; }\nspread_dns; spread_dns\ndns_settled || echo unsettled";
    assert.deepEqual(bash({ script: "dns", drive }), { status: 0, output: "unsettled\n" });
    const deployment = (await server.request({ path: `${path}/coredns` })) as unknown as {
      readonly metadata: { readonly generation: number };
      readonly spec: { readonly template: { readonly spec: Readonly<Record<string, unknown>> } };
    };
    assert.equal(deployment.metadata.generation, 2);
    assert.deepEqual(deployment.spec.template.spec["topologySpreadConstraints"], [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "DoNotSchedule",
        nodeTaintsPolicy: "Honor",
        matchLabelKeys: ["pod-template-hash"],
        labelSelector: { matchLabels: labels },
      },
    ]);
  });

  function bash(args: {
    readonly script: string;
    readonly drive: string;
    readonly variables?: Readonly<Record<string, string>>;
  }): { status: number | null; output: string } {
    const components = join(root, "components");
    const names = ["steps/scripts/common", `kubernetes/scripts/${args.script}`];
    const scripts = readScripts(components, names);
    // The scripts name the administrator's file of a control plane.
    const stand = `
kubectl() {
  [ "\${1:-}" != --kubeconfig ] || shift 2
  '${kubectl}' --kubeconfig '${join(directory, "kubeconfig")}' "$@"
}`;
    const variables = { HOST: "cp-1", ...args.variables };
    const content = withVariables(`${scripts}\n${stand}\n${args.drive}`, variables);
    return run(["bash", "-s"], { stdin: content });
  }
});
