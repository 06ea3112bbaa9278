import { serveKubernetes } from "./kubernetes/provider";
import { localCommand } from "./local";
import { removePrivateDirectories, sweepPrivateDirectories } from "./private-directory";
import { killChildren } from "./process";
import { randomBytes, randomPassword, randomString } from "./random";
import { remoteCommand } from "./remote";
import { serve, type ProviderPackage } from "./server";

const packages: readonly ProviderPackage[] = [
  {
    name: "command",
    version: "1.2.1",
    kinds: {
      "command:local:Command": localCommand,
      "command:remote:Command": remoteCommand,
    },
  },
  {
    name: "random",
    version: "4.21.2",
    kinds: {
      "random:index/randomBytes:RandomBytes": randomBytes,
      "random:index/randomPassword:RandomPassword": randomPassword,
      "random:index/randomString:RandomString": randomString,
    },
  },
];

/** Serves until stdin closes: the parent holds the other end, so it also ends when the parent dies. */
async function main(): Promise<void> {
  sweepPrivateDirectories();
  process.on("exit", removePrivateDirectories);
  const servers = await Promise.all([
    ...packages.map(async (one) => ({ name: one.name, ...(await serve(one)) })),
    serveKubernetes({ version: "4.34.2" }).then((one) => ({ name: "kubernetes", ...one })),
  ]);
  // Then nothing is left to wait for, so the process ends.
  const leave = (): void => {
    for (const { stop } of servers) stop();
    killChildren();
    process.stdin.destroy();
  };
  process.stdin.on("end", leave).on("error", leave).resume();
  process.once("SIGTERM", leave);
  process.stdout.write(`${servers.map(({ name, port }) => `${name}:${port}`).join(",")}\n`);
}

void main();
