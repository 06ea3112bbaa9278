/** Five nodes from nothing, a mesh on them, and what operators do to them afterwards: edits, losses. */
import assert from "node:assert/strict";
import { openEnvironment, say } from "./support/environment";
import { failureOf, FiveNodes } from "./support/five-nodes";
import {
  apiServers,
  declare,
  enforcedBy,
  kubeletSettings,
  nodeNames,
  readNode,
  type Stack,
} from "./support/nodes";
import { itCarriesAMesh } from "./support/mesh";
import { itKeepsSecrets } from "./support/secrecy";
import { itKeepsVolumes } from "./support/volumes";
import { openTunnel, type Tunnel } from "./support/tunnel";
import { until } from "./support/workload";

const environmentName = "dev-nodes";
const controlPlanes = ["cp-1", "cp-2", "cp-3"];
const workers = ["w-1", "w-2"];
const all = [...controlPlanes, ...workers];

describe("five nodes", function () {
  this.bail(true);
  this.timeout("15m");
  let cluster: FiveNodes;
  let declared: Stack;
  /** What operators go through to the second control plane. */
  let tunnel: Tunnel;

  before(async function () {
    this.timeout("60m");
    cluster = await FiveNodes.begin(environmentName, {
      network: "10.82.0",
      controlPlanes,
      workers,
      volumes: { "w-1": { data: 1 } },
    });
    ({ declared } = cluster);
    tunnel = await openTunnel(String(apiServers(declared)[1]), 6443);
  });

  after(async () => {
    tunnel?.close();
    await cluster?.end();
  });

  /** Other settings, and a name that operators use. */
  const edited = (hosts: Stack["hosts"] = {}): Stack =>
    declare(declared, {
      kubernetes: {
        podSecurity: "restricted",
        maxPods: 100,
        audit: { maxBackups: 5 },
        externalEndpoint: tunnel.address,
      },
      hosts,
    });

  const enforced = (): Promise<readonly string[]> =>
    enforcedBy(cluster.kubectl, apiServers(declared));

  it("are Ready after the first run, with the roles that were declared", async () => {
    await cluster.up(declared);
    assert.deepEqual(await nodeNames(cluster.kubectl), all);
    for (const name of all) {
      const { ready, labels, taints } = await readNode(cluster.kubectl, name);
      const role = controlPlanes.includes(name) ? "control-plane" : "worker";
      assert.equal(ready, "True", name);
      assert.equal(labels[`node-role.kubernetes.io/${role}`], "", name);
      const expected =
        role === "worker" ? [] : ["node-role.kubernetes.io/control-plane:NoSchedule"];
      assert.deepEqual(taints, expected, name);
    }
  });

  it("have three members of etcd and nothing left of their joining", async () => {
    assert.deepEqual(await cluster.etcdMembers(), controlPlanes);
    assert.deepEqual(await cluster.joiningSecrets(), []);
  });

  it("have nothing to change on the second run", async () => {
    assert.deepEqual(await cluster.changed(declared), []);
    assert.deepEqual(Object.keys((await cluster.up(declared)).counts), ["same"]);
  });

  it("reach each other's pods and the API through every node's own balancer", async () => {
    const path = "{range .items[*]}{.spec.nodeName} {.status.podIP}{'\\n'}{end}";
    const words = ["-n", "kube-system", "get", "pods", "-l", "k8s-app=kube-dns"];
    const dns = (await cluster.kubectl.run(...words, "-o", `jsonpath=${path}`)).split("\n");
    const places = new Set(dns.map((row) => row.split(" ")[0]));
    assert.equal(places.size, dns.length, "each replica of CoreDNS has a node of its own");
    for (const name of all) {
      for (const row of dns) {
        const answer = await cluster.nodes.run(
          name,
          `curl -s -m 10 http://${row.split(" ")[1]}:8181/ready`,
        );
        assert.equal(answer, "OK", `${name} to ${row}`);
      }
      const ready =
        "curl -sk -m 10 https://127.0.0.1:7443/readyz; curl -sk -m 10 https://10.96.0.1/readyz";
      assert.equal(await cluster.nodes.run(name, ready), "okok", name);
    }
    const kubelet = await cluster.nodes.run("w-1", "grep server: /etc/kubernetes/kubelet.conf");
    assert.match(kubelet, /server: https:\/\/127\.0\.0\.1:7443$/);
  });

  itKeepsSecrets(() => cluster);

  itKeepsVolumes(() => cluster);

  itCarriesAMesh(() => cluster);

  it("take any number of edits of labels and taints", async () => {
    const edits = [
      { labels: { "example.net/zone": "a", x: "y" }, taints: ["spot=yes:PreferNoSchedule"] },
      {
        labels: { "example.net/zone": "b" },
        taints: ["spot=no:PreferNoSchedule", "edge:NoExecute"],
      },
      { labels: {}, taints: [] },
    ];
    for (const edit of edits) {
      await cluster.up(declare(declared, { hosts: { "w-1": edit } }));
      const { labels, taints } = await readNode(cluster.kubectl, "w-1");
      const ours = Object.entries(labels).filter(([key]) => /^(example\.net\/|x$)/.test(key));
      assert.deepEqual(Object.fromEntries(ours), edit.labels);
      assert.deepEqual(taints, edit.taints);
    }
  });

  it("show a label edit on the one step that sets labels", async () => {
    const next = declare(declared, { hosts: { "w-2": { labels: { "example.net/zone": "c" } } } });
    assert.deepEqual(await cluster.changed(next), ["cluster-nodes"]);
  });

  it("refuse in the preview what a living cluster cannot change", async () => {
    const edits = {
      podCidr: "10.99.0.0/16",
      serviceCidr: "10.98.0.0/16",
      dnsDomain: "other.local",
    };
    const next = declare(declared, { kubernetes: { ...edits, endpoint: "10.82.0.11:6443" } });
    const message = await cluster.refusedPreview(next);
    for (const name of [...Object.keys(edits), "endpoint"]) {
      assert.match(message, new RegExp(`stack\\.kubernetes\\.${name}: .* was made with `));
    }
    assert.match(await cluster.refusal(next), /stack\.kubernetes\.podCidr: 10\.99\.0\.0\/16/);
    assert.deepEqual(Object.keys((await cluster.up(declared)).counts), ["same"]);
  });

  it("all get changed settings, one control plane after the other", async () => {
    assert.deepEqual(
      await enforced(),
      controlPlanes.map(() => "baseline"),
    );
    await cluster.up(edited());
    assert.deepEqual(
      await enforced(),
      controlPlanes.map(() => "restricted"),
    );
    for (const name of all)
      assert.equal((await kubeletSettings(cluster.kubectl, name))["maxPods"], 100, name);
    for (const name of controlPlanes) {
      const flags = await cluster.nodes.run(
        name,
        "tr '\\0' '\\n' </proc/$(pgrep -o kube-apiserver)/cmdline",
      );
      assert.match(flags, /^--audit-log-maxbackup=5$/m, name);
    }
    for (const address of apiServers(declared)) {
      const names = await cluster.nodes.run(
        "w-1",
        `openssl s_client -connect ${address}:6443 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName`,
      );
      assert.match(names, /DNS:localhost/, address);
    }
  });

  it("are refused to another state of the same name", async () => {
    const { sshPrivateKey } = await cluster.stack.outputs();
    const other = await openEnvironment(environmentName);
    const secrets = { sshPrivateKey: String(sshPrivateKey?.value) };
    const second = await other.open(await cluster.asServers(), { secrets });
    try {
      const key = "sha256sum /etc/kubernetes/policy/encryption.yaml /var/lib/nordmesh/cluster-uid";
      const before = await cluster.nodes.run("cp-1", key);
      await assert.rejects(second.up(), /another Pulumi state made.*pulumi stack import/s);
      assert.equal(await cluster.nodes.run("cp-1", key), before);
    } finally {
      await second.close();
      other.remove();
    }
  });

  it("answer while a control plane is gone for good, and refuse to begin again on its place", async () => {
    cluster.nodes.remove("cp-1");
    const began = Date.now();
    await cluster.kubectl.run("get", "nodes", "--request-timeout=20s");
    say(`the API answered ${Date.now() - began} ms after the loss of a control plane`);
    const message = await cluster.refusal(edited(), { replace: ["cp-1-machine"] });
    assert.match(
      message,
      /cp-[23] \(10\.82\.0\.1[23]\) already runs this cluster.*bootstrap: true/s,
    );
  });

  it("take a new machine in the place of a lost control plane", async () => {
    const next = edited({ "cp-2": { bootstrap: true } });
    await cluster.up(next);
    assert.deepEqual(await nodeNames(cluster.kubectl), all);
    assert.equal((await readNode(cluster.kubectl, "cp-1")).ready, "True");
    assert.deepEqual(await cluster.changed(next), []);
  });

  it("take the old place of steps again, the new machine with the settings of the others", async () => {
    await cluster.up(edited());
    assert.deepEqual(
      await enforced(),
      controlPlanes.map(() => "restricted"),
    );
  });

  it("take a new machine in the place of a lost worker", async () => {
    const { machine } = await readNode(cluster.kubectl, "w-2");
    cluster.nodes.remove("w-2");
    await cluster.up(edited(), { replace: ["w-2-machine"] });
    const found = await readNode(cluster.kubectl, "w-2");
    assert.equal(found.ready, "True");
    assert.notEqual(found.machine, machine);
    assert.deepEqual(await cluster.joiningSecrets(), []);
  });

  it("refuse a second run while the first is at work, and come to no harm", async () => {
    const next = edited({ "w-1": { labels: { "example.net/zone": "d" } } });
    const first = await cluster.open(next);
    const second = await cluster.environment.open(next);
    const firstUp = first.up();
    // Runs that begin in the same instant may both be refused by the CLI, in words of its file system.
    await Promise.race([firstUp, until(() => Promise.resolve(cluster.environment.isLocked()))]);
    const refusal = await failureOf(second.up());
    await Promise.all([firstUp, second.close()]);
    assert.match(refusal, /is working on it; wait for it to end/);
    await cluster.up(next);
    assert.equal((await readNode(cluster.kubectl, "w-1")).labels["example.net/zone"], "d");
  });

  it("let a worker go that is declared no more", async () => {
    const { "w-2": _, ...rest } = edited().hosts;
    await cluster.up({ ...edited(), hosts: rest });
    assert.deepEqual(await nodeNames(cluster.kubectl), [...controlPlanes, "w-1"]);
  });

  it("leave nothing on this computer when they are destroyed", async () => {
    await cluster.stack.destroy();
    assert.equal(cluster.nodes.left(), "");
  });
});
