import * as assert from "node:assert/strict";
import { objectsOf } from "../../components/environment/plan";
import {
  containerHost,
  controlPlane,
  planOf,
  root,
  stack,
  worker,
  type Fields,
} from "../support/fixtures";
import { graphOf, type Graph, type GraphRequest } from "../support/graph";
import { isUnknown, unmarked } from "../support/marks";
import {
  environmentGraph,
  environmentNames,
  environments,
  named,
  remoteCommandsOf,
  smallStack,
} from "./environments";

/** Names of resources that are new, gone, or have other inputs. */
function differences(args: { readonly old: Graph; readonly new: Graph }): readonly string[] {
  const texts = ({ resources }: Graph): ReadonlyMap<string, string> =>
    new Map(resources.map(({ name, inputs }) => [name, JSON.stringify(inputs)]));
  const [old, current] = [texts(args.old), texts(args.new)];
  const names = new Set([...old.keys(), ...current.keys()]);
  return [...names].filter((name) => old.get(name) !== current.get(name)).sort();
}

function sorted({ resources, outputs }: Graph): unknown {
  const list = [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  return { list, outputs };
}

function withHosts(stack: unknown, change: (hosts: Record<string, Fields>) => Fields): Fields {
  const fields = stack as { readonly hosts: Record<string, Fields> };
  return { ...fields, hosts: change(fields.hosts) };
}

/** This many control planes and one worker, with a load balancer on every node. */
function balanced(controlPlanes: number): Fields {
  const rows = Array.from({ length: controlPlanes }, (_, index) => [
    `cp-${index + 1}`,
    controlPlane({ address: `192.0.2.${11 + index}`, bootstrap: false }),
  ]);
  return {
    release: "2026.1",
    kubernetes: {},
    hosts: { ...Object.fromEntries(rows), "worker-1": worker() },
  };
}

async function graph(request: GraphRequest): Promise<Graph> {
  const result = await graphOf(request);
  assert.equal(result.failure, undefined);
  return result;
}

describe("the first preview", () => {
  for (const environment of environmentNames) {
    it(`shows the whole of ${environment} although no output is known`, async () => {
      const preview = await environmentGraph(environment, { preview: true });
      const names = ({ resources }: Graph) => resources.map(({ name }) => name).sort();
      assert.equal(preview.failure, undefined);
      assert.deepEqual(names(preview), names(await environmentGraph(environment)));
      assert.ok(isUnknown(preview.outputs["kubeconfig"]));
    });

    it(`shows each setting of each host of ${environment} by its own name`, async () => {
      const preview = await environmentGraph(environment, { preview: true });
      const { stack, environment: name } = environments[environment];
      for (const host of planOf(stack, name).hosts) {
        const { inputs } = named(preview, host.name);
        assert.deepEqual(unmarked(inputs["kernel"]), host.kernel.sysctls);
        assert.deepEqual(unmarked(inputs["modules"]), host.kernel.modules);
        assert.deepEqual(
          [inputs["role"], inputs["nodeAddress"], inputs["address"], inputs["openFiles"]],
          [host.role, host.nodeAddress, host.connection.host, host.kernel.openFiles],
        );
      }
    });
  }

  it("shows the whole script of a step that waits for nothing but the cluster's own name", async () => {
    const known = remoteCommandsOf(await environmentGraph("prod", { preview: true })).filter(
      ({ inputs }) => !isUnknown(inputs["stdin"]),
    );
    const gates = objectsOf(planOf(environments.prod.stack, "prod")).flatMap(({ kind, name }) =>
      kind === "script" ? [name] : [],
    );
    assert.deepEqual(
      known.map(({ name }) => name).sort(),
      ["cluster-credentials", ...gates].sort(),
    );
  });
});

describe("a second run", () => {
  for (const environment of environmentNames) {
    it(`of ${environment} registers the same graph`, async () => {
      const again = await graph(environments[environment]);
      assert.deepEqual(sorted(again), sorted(await environmentGraph(environment)));
    });
  }

  it("runs every step of a machine that was made anew, and of no other host", async () => {
    const lab = (name: string, last: number, overrides: Fields = {}) => ({
      [name]: containerHost({ nodeAddress: `10.78.0.${last}`, ...overrides }),
    });
    const kubelet = { protectKernelDefaults: false };
    const declared = {
      kubernetes: { endpoint: "api.example.net:6443", kubelet },
      hosts: { ...lab("n-1", 11), ...lab("n-2", 12, { role: "worker", bootstrap: false }) },
    };
    const request = { stack: stack(declared) };
    const changed = differences({
      old: await graph(request),
      new: await graph({ ...request, instances: { "n-2": "another" } }),
    });
    const graphOfNew = await graph(request);
    const onWorker = remoteCommandsOf(graphOfNew)
      .filter(({ name }) => name.startsWith("n-2-"))
      .map(({ name }) => name);
    assert.deepEqual(onWorker.sort(), ["n-2-join", "n-2-node", "n-2-preflight"]);
    assert.deepEqual(changed, onWorker.sort());
  });

  it("does not depend on the order of the hosts in the file", async () => {
    const { stack, environment } = environments.prod;
    const reordered = withHosts(stack, (hosts) =>
      Object.fromEntries(Object.entries(hosts).reverse()),
    );
    assert.notEqual(JSON.stringify(reordered), JSON.stringify(stack));
    const again = await graph({ stack: reordered, environment });
    assert.deepEqual(sorted(again), sorted(await environmentGraph("prod")));
  });

  it("does not depend on where the checkout lies", async () => {
    for (const { name, inputs } of (await environmentGraph("dev")).resources) {
      assert.ok(!JSON.stringify(inputs).includes(root), name);
    }
  });
});

describe("a change", () => {
  const change = async (edit: (hosts: Record<string, Fields>) => Fields) => {
    const { stack, environment } = environments.prod;
    return differences({
      old: await environmentGraph("prod"),
      new: await graph({ stack: withHosts(stack, edit), environment }),
    });
  };

  it("of one kernel value touches that host's node step and nothing else", async () => {
    const kernel = { sysctls: { "net.core.somaxconn": 8192 } };
    const changed = await change((hosts) => ({
      ...hosts,
      "worker-1": { ...hosts["worker-1"], kernel },
    }));
    assert.deepEqual(changed, ["worker-1", "worker-1-node"]);
  });

  it("of a label touches only the step that sets labels", async () => {
    const labels = { "topology.kubernetes.io/zone": "rack-c" };
    const changed = await change((hosts) => ({
      ...hosts,
      "worker-1": { ...hosts["worker-1"], labels },
    }));
    assert.deepEqual(changed, ["cluster-nodes"]);
  });

  it("by one more worker touches no step of another host", async () => {
    const added = worker({ address: "192.0.2.24" });
    assert.deepEqual(await change((hosts) => ({ ...hosts, "worker-4": added })), [
      "cluster-fleet",
      "cluster-join-token",
      "cluster-nodes",
      "worker-4",
      "worker-4-join",
      "worker-4-node",
      "worker-4-preflight",
    ]);
  });

  it("by one worker less touches no step of another host", async () => {
    // The mesh of prod keeps two pods of each, for which two workers must stay.
    const removed = "worker-3";
    const changed = await change((hosts) =>
      Object.fromEntries(Object.entries(hosts).filter(([name]) => name !== removed)),
    );
    const own = changed.filter((name) => !name.startsWith(removed));
    assert.deepEqual(own, ["cluster-fleet", "cluster-join-token", "cluster-nodes"]);
  });

  it("by two more control planes touches every load balancer and every other control plane", async () => {
    const changed = differences({
      old: await graph({ stack: balanced(1) }),
      new: await graph({ stack: balanced(3) }),
    });
    assert.deepEqual(
      changed.filter((name) => !/^cp-[23](-|$)/.test(name)),
      [
        "cluster-fleet",
        "cluster-join-token",
        "cluster-nodes",
        "cp-1-join",
        "cp-1-node",
        "worker-1-node",
      ],
    );
  });

  it("of who begins the cluster moves the steps for all of it, and no node is begun anew", async () => {
    const { stack, environment } = environments.prod;
    const moved = withHosts(stack, (hosts) =>
      Object.fromEntries(
        Object.entries(hosts).map(([name, host]) => [
          name,
          { ...host, bootstrap: name === "cp-2" },
        ]),
      ),
    );
    const changed = differences({
      old: await environmentGraph("prod"),
      new: await graph({ stack: moved, environment }),
    });
    assert.deepEqual(
      changed.filter((name) => /-(preflight|node)$|^worker|^cp-3/.test(name)),
      [],
    );
    assert.ok(["cluster-join-token", "cluster-nodes"].every((name) => changed.includes(name)));
  });

  it("from no worker to one changes the taint of the control plane, so its init step looks again", async () => {
    const changed = differences({
      old: await graph({ stack: smallStack(0) }),
      new: await graph({ stack: smallStack(1) }),
    });
    const own = changed.filter((name) => !name.startsWith("worker-1"));
    assert.deepEqual(own, ["cluster-fleet", "cluster-join-token", "cluster-nodes", "cp-1-join"]);
  });
});

describe("hosts that are clones of each other", () => {
  it("stop the run before any host changes, with one message that names them all", async () => {
    const facts = {
      "cp-2": { hostname: "debian" },
      "cp-3": { hostname: "debian" },
      "worker-1": { machineId: "0123456789abcdef0123456789abcdef" },
      "worker-2": { machineId: "0123456789abcdef0123456789abcdef" },
    };
    const stopped = await graphOf({ ...environments.prod, facts });
    const names = stopped.resources.map(({ name }) => name);
    assert.ok(names.includes("worker-2-preflight"));
    assert.deepEqual(
      names.filter((name) => /^fleet$|-(node|init|join)$|^cluster-(join-token|nodes)$/.test(name)),
      [],
    );
    assert.equal(
      stopped.failure,
      'before hook "cluster-fleet: compare hosts" failed: ' +
        "hosts worker-1, worker-2 have the same machine-id 0123456789abcdef0123456789abcdef: they were cloned; on all but one run rm /etc/machine-id && systemd-machine-id-setup, then reboot\n" +
        "hosts cp-2, cp-3 have the same hostname debian: run hostnamectl set-hostname with the host's own name",
    );
  });
});

describe("a declared key that cannot be read", () => {
  it("stops the run before it registers anything, and is not shown", async () => {
    const sshPrivateKey = "-----BEGIN RSA PRIVATE KEY-----\nY2xhc3NpZmllZA==\n";
    const stopped = await graphOf({ ...environments.prod, sshPrivateKey });
    assert.match(stopped.failure ?? "", /sshPrivateKey is no private key in OpenSSH format; make/);
    assert.doesNotMatch(JSON.stringify(stopped), /Y2xhc3NpZmllZA/);
    assert.deepEqual(
      stopped.resources.map(({ type }) => type),
      ["pulumi:pulumi:Stack"],
    );
  });
});

describe("a failure of one step", () => {
  it("holds back everything that needs it", async () => {
    const failed = await graphOf({ ...environments.prod, failing: "cp-2-join" });
    const names = failed.resources.map(({ name }) => name);
    assert.ok(!names.includes("cp-3-join") && !names.includes("cluster-nodes"));
    assert.ok(names.includes("worker-3-join"), "workers join all the same");
    assert.match(String(unmarked(named(failed, "cp-1-join").inputs["create"])), /bash -s/);
  });
});
