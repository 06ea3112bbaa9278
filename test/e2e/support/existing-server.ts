/** A server as a user would rent it: a virtual machine that another stack made and then refused to touch. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { deriveKeyBase64 } from "../../../components/text/derive-key";
import { localIdentity, localScripts } from "../../../components/host/machines";
import { shellText } from "../../../components/steps/script";
import { sshKeyPair } from "../../../components/host/ssh-key";
import { oneMachine, openEnvironment, say } from "./environment";
import { Shell } from "./machine";
import { readSecret, resourcesOf } from "./state";

export interface ExistingServer {
  readonly name: string;
  readonly sshPort: number;
  readonly apiPort: number;
  readonly nodeAddress: string;
  readonly preflight: object;
  readonly hostKey: string;
  readonly privateKey: string;
  readonly shell: Shell;
  /** Names of what is left in the other stack when the machine is gone. */
  remove(): Promise<readonly string[]>;
}

/** Name of the other stack. */
const landlord = "dev-vm-landlord";

/** What cloud-init set on a machine of ours and a rented one would not have. */
const ours =
  "/etc/*.d/*nordmesh.conf /etc/security/limits.d/*nordmesh.conf /etc/ssh/sshd_config.d/*nordmesh.conf";

/** Boots a Debian machine with a login that may use sudo, and waits for its first boot to end. */
export async function rentServer(name: string): Promise<ExistingServer> {
  const environment = await openEnvironment(landlord);
  removeMachine(name);
  const declared = await oneMachine(name);
  const hosts = declared["hosts"] as Record<string, Fields>;
  const { sshPort, apiPort, nodeAddress, preflight } = hosts[name] as unknown as ExistingServer;
  const unfit = { ...hosts[name], preflight: { ...preflight, cpuFlags: ["quantum"] } };
  say("booting a server");
  const stack = await environment.open({ ...declared, hosts: { [name]: unfit } });
  await assert.rejects(stack.up(), /CPU flags missing: quantum/);
  const state = await stack.exportState({ showSecrets: true });
  const keyOf = (resource: string): ReturnType<typeof sshKeyPair> =>
    sshKeyPair(deriveKeyBase64(readSecret(state, resource)));
  const hostKey = keyOf(`${name}-host-key`).publicKey;
  const { privateKey } = keyOf("cluster-ssh-key");
  const shell = new Shell({ port: sshPort, user: "nordmesh", privateKey, hostKey });
  await shell.run(`cloud-init status --wait >/dev/null || true; rm -f ${ours}`);
  return {
    ...{ name, sshPort, apiPort, nodeAddress, preflight, hostKey, privateKey, shell },
    async remove() {
      shell.close();
      await stack.destroy();
      const left = resourcesOf(await stack.exportState());
      await stack.close();
      environment.remove();
      return left.map(({ urn }) => urn);
    },
  };
}

/** What a killed run left: its keys are lost. */
function removeMachine(name: string): void {
  const identity = localIdentity({ name, clusterId: `nordmesh/${landlord}` });
  const env = { ...process.env, ...identity };
  execFileSync("bash", ["-s", "--", "remove"], {
    env,
    input: shellText(localScripts),
    stdio: ["pipe", "ignore", "inherit"],
  });
}

type Fields = Record<string, unknown>;
