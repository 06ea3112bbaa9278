import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { load } from "js-yaml";
import { committedPlan, controlPlane, planOf, stack, worker } from "../support/fixtures";
import { membersOf, stepOf, type SentStep } from "../support/steps";
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
  for (const environment of ["dev", "dev-vm", "prod"]) {
    it(`of ${environment} are accepted by kubeadm config validate`, function () {
      for (const step of membersOf(committedPlan(environment))) assertAccepted(this, step);
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
        assertAccepted(this, stepOf(planOf({ ...sound, kubernetes }), "cp-1-join"));
      }),
      { numRuns: 8 },
    );
  });

  it("keep the order of the three times of a leader election for every lease", () => {
    fc.assert(
      fc.property(fc.integer({ min: 15, max: 300 }), (leaderElectionLeaseSeconds) => {
        const kubernetes = { endpoint: "api.example.net:6443", leaderElectionLeaseSeconds };
        const step = stepOf(planOf({ ...sound, kubernetes }), "cp-1-join");
        const cluster = load(step.variables["CLUSTER_CONFIG"] ?? "") as Readonly<
          Record<string, unknown>
        >;
        for (const component of ["controllerManager", "scheduler"]) {
          const { extraArgs } = cluster[component] as Component;
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
    const { variables } = stepOf(planOf(stack({ kubernetes: endpoints })), "cp-1-join");
    const cluster = load(variables["CLUSTER_CONFIG"] ?? "") as Readonly<Record<string, unknown>>;
    assert.equal(cluster["kubernetesVersion"], "v1.36.4");
    assert.equal(cluster["controlPlaneEndpoint"], "10.0.0.1:6443");
    const { certSANs } = cluster["apiServer"] as { readonly certSANs: unknown };
    assert.deepEqual(certSANs, ["10.0.0.1", "127.0.0.1", "api.example.net"]);
  });

  it("hold placeholders where secrets go", () => {
    const text = joinOf("cp-2");
    assert.match(text, /tlsBootstrapToken: '@TOKEN@'/);
    assert.match(text, /certificateKey: '@CERTIFICATE_KEY@'/);
  });

  it("make only control planes join as such, and taint them once there are workers", () => {
    const first = load(joinOf("cp-2")) as Join;
    assert.ok(first.controlPlane !== undefined);
    assert.deepEqual(first.nodeRegistration.taints, [
      { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
    ]);
    const edge = load(joinOf("w-1")) as Join;
    assert.equal(edge.controlPlane, undefined);
    assert.deepEqual(edge.nodeRegistration.taints, [
      { key: "example.net/pool", value: "edge", effect: "NoSchedule" },
      { key: "spot", effect: "PreferNoSchedule" },
    ]);
  });

  it("leave a lone control plane open to pods", () => {
    const plan = planOf(stack({ hosts: { "cp-1": controlPlane() } }));
    const document = load(stepOf(plan, "cp-1-join").variables["INIT_CONFIG"] ?? "") as Join;
    assert.deepEqual(document.nodeRegistration.taints, []);
  });
});

function joinOf(host: string): string {
  return stepOf(planOf(sound), `${host}-join`).variables["JOIN_CONFIG"] ?? "";
}

// Real values stand in for the placeholders that scripts fill in on the host.
function assertAccepted(context: Mocha.Context, step: SentStep): void {
  const hint = "no kubeadm; NORDMESH_KUBEADM may name one";
  const probe = [kubeadm ?? "", "version", "-o", "short"];
  const program = needs(context, { program: kubeadm, probe, hint });
  const { variables } = step;
  const settings = ["INIT_CONFIG", "CLUSTER_CONFIG", "KUBELET_CONFIG", "PROXY_CONFIG"]
    .flatMap((name) => variables[name] ?? [])
    .join("---\n");
  for (const document of [settings, variables["JOIN_CONFIG"] ?? ""]) {
    if (document !== "") assertValid({ program, document, name: step.name });
  }
}

function assertValid(args: {
  readonly program: string;
  readonly document: string;
  readonly name: string;
}): void {
  // kubeadm looks for the discovery file; this source file is one that is there.
  const content = args.document
    .replaceAll("/run/nordmesh-join/discovery.yaml", __filename)
    .replaceAll("@TOKEN@", "abcdef.0123456789abcdef")
    .replaceAll("@CERTIFICATE_KEY@", "ab".repeat(32));
  const words = [args.program, "config", "validate", "--config"];
  const done = runOnFile({ words, name: "kubeadm.yaml", content });
  assert.deepEqual(done, { status: 0, output: "ok\n" }, `${args.name}: ${done.output}`);
}
