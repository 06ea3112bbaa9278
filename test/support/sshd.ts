import * as child_process from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";

/** A real sshd on loopback with its own host key and one key that may log in. */
export interface Sshd {
  /** Connection arguments for the user who runs the tests. */
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly privateKey: string;
    readonly hostKey: string;
    readonly dialErrorLimit: number;
  };
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const sshdProgram = "/usr/sbin/sshd";

/** Generates keys and a configuration in `directory` and picks a free port; starts nothing. */
export async function prepareSshd(directory: string): Promise<Sshd> {
  const file = (name: string): string => path.join(directory, name);
  for (const name of ["host", "client"]) {
    const args = ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file(name)];
    child_process.execFileSync("ssh-keygen", args);
  }
  fs.copyFileSync(file("client.pub"), file("authorized_keys"));
  const port = await freePort();
  const lines = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${file("host")}`,
    `AuthorizedKeysFile ${file("authorized_keys")}`,
    "PidFile none",
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin yes",
    "MaxStartups 100",
  ];
  fs.writeFileSync(file("sshd_config"), `${lines.join("\n")}\n`);
  // As root, sshd insists on the directory its service unit would have made.
  if (os.userInfo().uid === 0) fs.mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  let child: child_process.ChildProcess | undefined;
  return {
    connection: {
      host: "127.0.0.1",
      port,
      user: os.userInfo().username,
      privateKey: fs.readFileSync(file("client"), "utf8"),
      hostKey: fs.readFileSync(file("host.pub"), "utf8").trim(),
      dialErrorLimit: 2,
    },
    start: async () => {
      const log = fs.openSync(file("sshd.log"), "a");
      const args = ["-D", "-e", "-f", file("sshd_config")];
      child = child_process.spawn(sshdProgram, args, { stdio: ["ignore", log, log] });
      fs.closeSync(log);
      await answering(port);
    },
    stop: async () => {
      if (child === undefined || child.exitCode !== null) return;
      const ended = new Promise((resolve) => child?.once("exit", resolve));
      child.kill();
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.once("error", () => resolve(false));
      socket.once("data", () => {
        socket.destroy();
        resolve(true);
      });
    });
    if (answers) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`sshd does not answer on port ${port}`);
}
