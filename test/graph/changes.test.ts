import * as assert from "node:assert/strict";
import { root, worker, type Fields } from "../support/fixtures";
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
      const unknown = remoteCommandsOf(preview)
        .filter(({ inputs }) => isUnknown(inputs["stdin"]))
        .map(({ name }) => name);
      // Only what waits for a key: the changes to each host are shown in full.
      assert.ok(unknown.every((name) => !/-(preflight|node|credentials)$/.test(name)));
      assert.ok(isUnknown(preview.outputs["kubeconfig"]));
    });
  }
});

describe("a second run", () => {
  for (const environment of environmentNames) {
    it(`of ${environment} registers the same graph`, async () => {
      const again = await graph(environments[environment]);
      assert.deepEqual(sorted(again), sorted(await environmentGraph(environment)));
    });
  }

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
      "cluster-admission",
      "cluster-nodes",
      "fleet",
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
    assert.deepEqual(own, ["cluster-admission", "cluster-nodes", "fleet"]);
  });

  it("from no worker to one changes the taint of the control plane, so its init step looks again", async () => {
    const changed = differences({
      old: await graph({ stack: smallStack(0) }),
      new: await graph({ stack: smallStack(1) }),
    });
    const own = changed.filter((name) => !name.startsWith("worker-1"));
    assert.deepEqual(own, ["cluster-admission", "cluster-nodes", "cp-1-init", "fleet"]);
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
      names.filter((name) => /^fleet$|-(node|init|join)$|^cluster-(admission|nodes)$/.test(name)),
      [],
    );
    assert.equal(
      stopped.failure,
      'before hook "compare hosts" failed: ' +
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
    assert.match(String(unmarked(named(failed, "cp-1-init").inputs["create"])), /bash -s/);
  });
});
