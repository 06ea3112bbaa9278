/** Cases that every cluster must pass once it is up: who can read what. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deriveKeyBase64 } from "../../../components/text/derive-key";
import { findLeaks } from "./checks";
import type { FiveNodes } from "./five-nodes";
import { findResource, readSecret } from "./state";

export function itKeepsSecrets(of: () => FiveNodes): void {
  it("give workers no credentials of an administrator", async () => {
    const { inputs } = findResource(await of().state(), "w-1-join");
    assert.doesNotMatch(JSON.stringify(inputs), /client-key-data|kubernetes-admin/);
  });

  it("keep secrets encrypted in etcd", async () => {
    const { kubectl } = of();
    await kubectl.run(
      ...["create", "secret", "generic", "probe", "--from-literal=word=rapakivi-granite"],
    );
    const stored = await kubectl.run(
      ...["-n", "kube-system", "exec", "etcd-cp-1", "--", "etcdctl"],
      ...["--cacert=/etc/kubernetes/pki/etcd/ca.crt", "--cert=/etc/kubernetes/pki/etcd/server.crt"],
      ...["--key=/etc/kubernetes/pki/etcd/server.key", "get", "/registry/secrets/default/probe"],
    );
    assert.match(stored, /k8s:enc:secretbox:v1:key1:/);
    assert.doesNotMatch(stored, /rapakivi/);
    await kubectl.run("delete", "secret", "probe");
  });

  it("answer nobody without a credential, except for their health", async () => {
    const curl = (path: string): Promise<string> =>
      of().nodes.run(
        "w-1",
        `curl -sk -o /dev/null -w '%{http_code}' https://127.0.0.1:7443${path}`,
      );
    assert.equal(await curl("/livez"), "200");
    assert.equal(await curl("/api/v1/namespaces/kube-public/configmaps/cluster-info"), "401");
  });

  it("tell no secret to logs, process lists, plans or plain state", async () => {
    const { environment, stack, nodes, lines, commandLines, declared } = of();
    const secrets = await secretsOf(of());
    const { text } = await stack.preview();
    const providers = join(environment.stateDir, "providers.log");
    const journals = Object.keys(declared.hosts).map(async (name) => [
      `the journal of ${name}`,
      await nodes.run(name, "journalctl --no-pager | cat"),
    ]);
    const state = readAll(join(environment.stateDir, "backend"));
    assert.ok(state.includes("nordmesh:kubernetes:KubeadmCluster"));
    const texts = {
      "the progress log": lines.join("\n"),
      "the state": state,
      "the preview": text,
      "the process list": commandLines,
      "the provider log": existsSync(providers) ? readFileSync(providers, "utf8") : "",
      ...(Object.fromEntries(await Promise.all(journals)) as Record<string, string>),
    };
    const unknown = Object.entries(secrets).filter(([, value]) => value.length < 16);
    assert.deepEqual(unknown, [], "each secret is known, so that it can be searched for");
    assert.deepEqual(findLeaks(secrets, texts), []);
  });
}

async function secretsOf(cluster: FiveNodes): Promise<Record<string, string>> {
  const state = await cluster.state();
  const { sshPrivateKey } = await cluster.stack.outputs();
  const of = (name: string): string => readSecret(state, name);
  return {
    "operator key": String(sshPrivateKey?.value).split("\n")[3] ?? "",
    "operator key seed": of("cluster-ssh-key"),
    "host key seed": of("cp-1-host-key"),
    "encryption key": deriveKeyBase64(of("cluster-encryption-key")),
    "join token": of("cluster-token"),
    "certificate key": of("cluster-certificate-key"),
  };
}

/** Every file below a directory as one text. */
function readAll(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}
