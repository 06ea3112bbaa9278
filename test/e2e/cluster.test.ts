/** An undisturbed life of a cluster: clean up, no change, a changed value, a reboot, the end. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { planKernel } from "../../components/host/kernel";
import { KernelConfig } from "../../components/host/config";
import { seedBase64 } from "../../components/text/seed";
import { sshKeyPair } from "../../components/host/ssh-key";
import type { LabStack } from "../../lab/engine/stack";
import { assertKernel, findLeaks } from "./support/checks";
import { diagnose } from "./support/diagnosis";
import { oneMachine, openEnvironment, type LabEnvironment } from "./support/environment";
import { readFinalState } from "./support/final-state";
import { long } from "./support/long";
import { undisturbed } from "./support/undisturbed";
import { Kubectl, Shell } from "./support/machine";
import { watchProcesses, type ProcessWatch } from "./support/processes";

interface StateResource {
  readonly urn: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Every file below a directory as one text. */
function readAll(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

describe("a cluster on a machine of this computer", function () {
  this.bail(true);
  let environment: LabEnvironment;
  let stack: LabStack;
  let declared: Record<string, unknown>;
  let shell: Shell;
  let kubectl: Kubectl;
  let processes: ProcessWatch;
  let secrets: Record<string, string>;
  const log: string[] = [];
  const host = "e2e-1";

  function withSysctls(sysctls: Record<string, number>): Record<string, unknown> {
    const hosts = declared["hosts"] as Record<string, Record<string, unknown>>;
    return { ...declared, hosts: { [host]: { ...hosts[host], kernel: { sysctls } } } };
  }

  before(async function () {
    this.timeout("60m");
    environment = await openEnvironment();
    const { manifestSha256 } = environment.lab.bundle;
    const machine = await oneMachine(host);
    const artifacts = { ...(machine["artifacts"] as object), manifestSha256 };
    declared = { ...machine, artifacts };
    processes = watchProcesses();
    stack = await environment.open(declared, {}, (line) => log.push(line));
  });

  afterEach(async function () {
    this.timeout("2m");
    await diagnose(this.currentTest, host, shell);
  });

  after(async function () {
    this.timeout("10m");
    processes?.stop();
    shell?.close();
    kubectl?.close();
    await stack?.destroy();
    await stack?.close();
    environment?.remove();
  });

  it("comes up from nothing with every node Ready and DNS running", async function () {
    this.timeout("40m");
    const { outputs } = await stack.up();
    kubectl = new Kubectl(environment.lab.kubectl, String(outputs["kubeconfig"]?.value));
    assert.equal(outputs["kubeconfig"]?.secret, true);
    const ready = await kubectl.run(
      ...[
        "get",
        "nodes",
        "-o",
        "jsonpath={.items[*].status.conditions[?(@.type=='Ready')].status}",
      ],
    );
    assert.equal(ready, "True");
    const dns = await kubectl.run(
      ...[
        "-n",
        "kube-system",
        "get",
        "deployment",
        "coredns",
        "-o",
        "jsonpath={.status.readyReplicas}",
      ],
    );
    assert.ok(Number(dns) >= 1, "CoreDNS is ready");
    secrets = await readSecrets();
    shell = new Shell({
      port: Number(String((outputs["hosts"]?.value as Record<string, string>)[host]).split(":")[1]),
      user: "nordmesh",
      privateKey: String(outputs["sshPrivateKey"]?.value),
      hostKey: sshKeyPair(seedBase64(secrets["host key seed"] ?? "")).publicKey,
    });
    undisturbed.state = await readFinalState({ shell, kubectl, host });
  });

  it("has nothing to change on the second run and runs nothing remotely", async function () {
    this.timeout("5m");
    const { changes } = await stack.preview();
    assert.deepEqual(changes, []);
    const { counts } = await stack.up();
    assert.deepEqual(Object.keys(counts), ["same"]);
  });

  it("shows every declared kernel value on the live node", async function () {
    this.timeout("2m");
    await assertKernel(shell, planKernel(KernelConfig.parse({})));
  });

  it("was set up with what cloud-init itself holds valid", async function () {
    this.timeout("2m");
    assert.match(await shell.run("cloud-init schema --system 2>&1"), /Valid schema user-data/);
    assert.equal(await shell.run("cloud-init status | head -n 1"), "status: done");
  });

  it("holds no image of a mesh that is not declared", async function () {
    this.timeout("2m");
    const images = await shell.run("ctr -n k8s.io images ls -q");
    assert.match(images, /kube-apiserver/);
    assert.doesNotMatch(images, /istio/);
  });

  it("keeps secrets encrypted in etcd", async function () {
    this.timeout("3m");
    await kubectl.run(
      "create",
      "secret",
      "generic",
      "probe",
      "--from-literal=word=rapakivi-granite",
    );
    const stored = await kubectl.run(
      ...["-n", "kube-system", "exec", `etcd-${host}`, "--", "etcdctl"],
      ...["--cacert=/etc/kubernetes/pki/etcd/ca.crt", "--cert=/etc/kubernetes/pki/etcd/server.crt"],
      ...["--key=/etc/kubernetes/pki/etcd/server.key", "get", "/registry/secrets/default/probe"],
    );
    assert.match(stored, /k8s:enc:secretbox:v1:key1:/);
    assert.doesNotMatch(stored, /rapakivi/);
  });

  it("answers nobody without a credential, except for its health", async function () {
    this.timeout("1m");
    const curl = (path: string): Promise<string> =>
      shell.run(`curl -sk -o /dev/null -w '%{http_code}' https://10.77.0.11:6443${path}`);
    assert.equal(await curl("/livez"), "200");
    assert.equal(await curl("/api/v1/namespaces/kube-public/configmaps/cluster-info"), "401");
  });

  it("previews a changed value on its host and applies it in place", async function () {
    this.timeout("10m");
    const started = await shell.run("stat -c %Y /var/lib/nordmesh/init-done");
    await stack.close();
    stack = await environment.open(withSysctls({ "net.core.somaxconn": 8192 }), {}, (line) =>
      log.push(line),
    );
    const { changes, text } = await stack.preview();
    assert.deepEqual(changes.map(({ urn }) => urn.split("::").at(-1)).sort(), [
      host,
      `${host}-node`,
    ]);
    assert.match(text, /net\.core\.somaxconn +: "4096" => "8192"/);
    await stack.up();
    assert.equal(await shell.run("sysctl -n net.core.somaxconn"), "8192");
    assert.equal(await shell.run("stat -c %Y /var/lib/nordmesh/init-done"), started);
  });

  long(
    "shows every declared kernel value after a reboot, and the node is Ready again",
    async function () {
      this.timeout("25m");
      const boot = await shell.waitUntilUp();
      await shell.run("systemd-run --on-active=1 systemctl reboot");
      await kubectl.waitReady(host, await shell.waitUntilUp(boot));
      const kernel = KernelConfig.parse({ sysctls: { "net.core.somaxconn": 8192 } });
      await assertKernel(shell, planKernel(kernel));
    },
  );

  it("tells no secret to logs, process lists, plans or plain state", async function () {
    this.timeout("2m");
    const state = readAll(join(environment.stateDir, "backend"));
    const { text } = await stack.preview();
    const providers = join(environment.stateDir, "providers.log");
    const texts = {
      "the progress log": log.join("\n"),
      "the state": state,
      "the preview": text,
      "the process list of this computer": processes.seen(),
      "the process list of the machine": await shell.run("cat /proc/*/cmdline | tr '\\0' ' '"),
      "the machine's journal": await shell.run("journalctl --no-pager | cat"),
      "the provider log": existsSync(providers) ? readFileSync(providers, "utf8") : "",
    };
    const unknown = Object.entries(secrets).filter(([, value]) => value.length < 16);
    assert.deepEqual(unknown, [], "each secret is known, so that it can be searched for");
    assert.ok(texts["the state"].includes("nordmesh:kubernetes:KubeadmCluster"));
    assert.deepEqual(findLeaks(secrets, texts), []);
  });

  it("is removed with its machine", async function () {
    this.timeout("10m");
    await stack.destroy();
    const { deployment } = (await stack.exportState()) as { deployment: { resources?: unknown[] } };
    assert.deepEqual(deployment.resources ?? [], []);
  });

  async function readSecrets(): Promise<Record<string, string>> {
    const { deployment } = (await stack.exportState({ showSecrets: true })) as {
      deployment: { resources: StateResource[] };
    };
    const output = (name: string, key: string): string => {
      const found = deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`));
      const value = found?.outputs?.[key];
      // An exported secret is wrapped, its plain text is JSON.
      const { plaintext } = (value ?? {}) as { plaintext?: string };
      return String(plaintext === undefined ? (value ?? "") : JSON.parse(plaintext));
    };
    const outputs = await stack.outputs();
    return {
      "operator key": String(outputs["sshPrivateKey"]?.value).split("\n")[3] ?? "",
      "operator key seed": output("operator-ssh-key", "result"),
      "host key seed": output(`${host}-host-key`, "result"),
      "encryption key": seedBase64(output("cluster-encryption-key", "result")),
      "join token": output("cluster-token", "result"),
      "certificate key": output("cluster-certificate-key", "result"),
    };
  }
});
