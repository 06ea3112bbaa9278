/** A server as a user would rent it: booted here, not by the stack under test. */
import { randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { renderLocalNetwork, renderUserData } from "../../../components/host/cloud-init";
import { sshKeyPair } from "../../../components/host/ssh-key";
import { freePort, root } from "./environment";
import { Shell } from "./machine";

export interface ExistingServer {
  readonly name: string;
  readonly sshPort: number;
  readonly apiPort: number;
  readonly nodeAddress: string;
  readonly hostKey: string;
  readonly privateKey: string;
  readonly shell: Shell;
  remove(): void;
}

/** Boots a plain Debian machine with a login that may use sudo, and waits for its SSH server. */
export async function rentServer(args: {
  readonly name: string;
  readonly nodeAddress: string;
  readonly mac: string;
}): Promise<ExistingServer> {
  const key = sshKeyPair(randomBytes(32).toString("base64"));
  const hostKey = sshKeyPair(randomBytes(32).toString("base64"));
  const [sshPort, apiPort] = [await freePort(), await freePort()];
  const script = join(root, "components/host/scripts/local.sh");
  const machine = (action: string): void => {
    execFileSync("bash", [script, action], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...process.env,
        MACHINE_NAME: args.name,
        MACHINE_CPUS: "2",
        MACHINE_MEMORY_MIB: "4096",
        MACHINE_DISK_GIB: "12",
        MACHINE_SSH_PORT: String(sshPort),
        MACHINE_API_PORT: String(apiPort),
        MACHINE_MAC: args.mac,
        MACHINE_NETWORK_PORT: "28412",
        MACHINE_NETWORK_CONFIG: renderLocalNetwork({ mac: args.mac, address: args.nodeAddress }),
        MACHINE_USER_DATA: renderUserData({
          hostname: args.name,
          user: "nordmesh",
          authorizedKeys: [key.publicKey],
          hostKey,
          kernel: { modules: [], sysctls: {}, floors: [], openFiles: 65536 },
          bundleMount: { label: "NORDMESH", path: "/media/nordmesh" },
        }),
      },
    });
  };
  machine("ensure");
  const shell = new Shell({
    port: sshPort,
    user: "nordmesh",
    privateKey: key.privateKey,
    hostKey: hostKey.publicKey,
  });
  await shell.waitUntilUp();
  await shell.run(
    "cloud-init status --wait >/dev/null || true; rm -f /etc/*.d/*nordmesh.conf /etc/security/limits.d/*nordmesh.conf /etc/ssh/sshd_config.d/*nordmesh.conf",
  );
  return {
    ...args,
    sshPort,
    apiPort,
    hostKey: hostKey.publicKey,
    privateKey: key.privateKey,
    shell,
    remove: () => {
      shell.close();
      machine("remove");
    },
  };
}
