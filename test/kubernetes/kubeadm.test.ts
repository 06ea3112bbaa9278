import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { load, loadAll } from "js-yaml";
import type { StepPlan } from "../../components/remote/step";
import { committedPlan, controlPlane, planOf, stack, worker } from "../support/fixtures";
import { needs, releaseProgram, runOnFile } from "../support/programs";

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

interface Component {
  readonly extraArgs: readonly { readonly name: string; readonly value: string }[];
}

interface Join {
  readonly nodeRegistration: { readonly taints: readonly Taint[] };
  readonly controlPlane?: object;
}

const kubeadm = releaseProgram("kubeadm", "NORDMESH_KUBEADM");
const sound = stack({
  hosts: {
    "cp-1": controlPlane(),
    "cp-2": controlPlane({ address: "192.0.2.12", bootstrap: false }),
    "cp-3": controlPlane({ address: "192.0.2.13", bootstrap: false }),
    "w-1": worker({ taints: ["example.net/pool=edge:NoSchedule", "spot:PreferNoSchedule"] }),
  },
});

describe("kubeadm documents", () => {
  for (const environment of ["dev", "prod"]) {
    it(`of ${environment} are accepted by kubeadm config validate`, function () {
      const { kubernetes } = committedPlan(environment);
      const steps = [kubernetes.init, ...kubernetes.controlPlaneJoins, ...kubernetes.workerJoins];
      for (const step of steps) assertAccepted(this, step);
    });
  }

  it("of any ranges, taints and limits our own schema accepts are accepted too", function () {
    const ranges = fc.record({
      podPrefix: fc.integer({ min: 8, max: 22 }),
      servicePrefix: fc.integer({ min: 12, max: 28 }),
      maxPods: fc.integer({ min: 16, max: 253 }),
    });
    fc.assert(
      fc.property(ranges, ({ podPrefix, servicePrefix, maxPods }) => {
        const kubernetes = {
          endpoint: "api.example.net:6443",
          podCidr: `10.0.0.0/${podPrefix}`,
          serviceCidr: `172.16.0.0/${servicePrefix}`,
          maxPods,
        };
        assertAccepted(this, planOf({ ...sound, kubernetes }).kubernetes.init);
      }),
      { numRuns: 8 },
    );
  });

  it("keep the order of the three times of a leader election for every lease", () => {
    fc.assert(
      fc.property(fc.integer({ min: 15, max: 300 }), (leaderElectionLeaseSeconds) => {
        const kubernetes = { endpoint: "api.example.net:6443", leaderElectionLeaseSeconds };
        const { init } = planOf({ ...sound, kubernetes }).kubernetes;
        const documents = loadAll(configOf(init)) as Readonly<Record<string, unknown>>[];
        const cluster = documents.find((one) => one["kind"] === "ClusterConfiguration");
        for (const component of ["controllerManager", "scheduler"]) {
          const { extraArgs } = cluster?.[component] as Component;
          const seconds = Object.fromEntries(
            extraArgs.map(({ name, value }) => [name, parseInt(value)]),
          );
          const lease = seconds["leader-elect-lease-duration"] ?? NaN;
          const renewal = seconds["leader-elect-renew-deadline"] ?? NaN;
          const retry = seconds["leader-elect-retry-period"] ?? NaN;
          assert.equal(lease, leaderElectionLeaseSeconds);
          // client-go refuses anything else: a renewal ends within the lease, and fits a retry with jitter 1.2.
          assert.ok(lease > renewal && renewal > 1.2 * retry && retry >= 1);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("pin the release, the endpoint and every name of the API server's certificate", () => {
    const endpoints = { endpoint: "10.0.0.1:6443", externalEndpoint: "api.example.net:443" };
    const step = planOf(stack({ kubernetes: endpoints })).kubernetes.init;
    const documents = loadAll(configOf(step)) as Readonly<Record<string, unknown>>[];
    const cluster = documents.find((one) => one["kind"] === "ClusterConfiguration");
    assert.equal(cluster?.["kubernetesVersion"], "v1.36.4");
    assert.equal(cluster?.["controlPlaneEndpoint"], "10.0.0.1:6443");
    const { certSANs } = cluster?.["apiServer"] as { readonly certSANs: unknown };
    assert.deepEqual(certSANs, ["10.0.0.1", "127.0.0.1", "api.example.net"]);
    assert.deepEqual(
      documents.map((one) => one["kind"]),
      [
        "InitConfiguration",
        "ClusterConfiguration",
        "KubeletConfiguration",
        "KubeProxyConfiguration",
      ],
    );
  });

  it("hold placeholders where secrets go", () => {
    const { controlPlaneJoins } = planOf(sound).kubernetes;
    const text = configOf(controlPlaneJoins[0]);
    assert.match(text, /tlsBootstrapToken: '@TOKEN@'/);
    assert.match(text, /certificateKey: '@CERTIFICATE_KEY@'/);
  });

  it("make only control planes join as such, and taint them once there are workers", () => {
    const { controlPlaneJoins, workerJoins } = planOf(sound).kubernetes;
    const [first] = controlPlaneJoins.map((step) => load(configOf(step)) as Join);
    assert.ok(first?.controlPlane !== undefined);
    assert.deepEqual(first.nodeRegistration.taints, [
      { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
    ]);
    const [edge] = workerJoins.map((step) => load(configOf(step)) as Join);
    assert.equal(edge?.controlPlane, undefined);
    assert.deepEqual(edge?.nodeRegistration.taints, [
      { key: "example.net/pool", value: "edge", effect: "NoSchedule" },
      { key: "spot", effect: "PreferNoSchedule" },
    ]);
  });

  it("leave a lone control plane open to pods", () => {
    const { init } = planOf(stack({ hosts: { "cp-1": controlPlane() } })).kubernetes;
    const [document] = loadAll(configOf(init)) as Join[];
    assert.deepEqual(document?.nodeRegistration.taints, []);
  });
});

function configOf(step: StepPlan | undefined): string {
  return step?.variables["KUBEADM_CONFIG"] ?? "";
}

// Real values stand in for the placeholders that scripts fill in on the host.
function assertAccepted(context: Mocha.Context, step: StepPlan): void {
  const hint = "no kubeadm; NORDMESH_KUBEADM may name one";
  const probe = [kubeadm ?? "", "version", "-o", "short"];
  const program = needs(context, { program: kubeadm, probe, hint });
  // kubeadm looks for the discovery file; this source file is one that is there.
  const content = configOf(step)
    .replaceAll("/run/nordmesh-join/discovery.yaml", __filename)
    .replaceAll("@TOKEN@", "abcdef.0123456789abcdef")
    .replaceAll("@CERTIFICATE_KEY@", "ab".repeat(32));
  const words = [program, "config", "validate", "--config"];
  const done = runOnFile({ words, name: "kubeadm.yaml", content });
  assert.deepEqual(done, { status: 0, output: "ok\n" }, `${step.name}: ${done.output}`);
}
