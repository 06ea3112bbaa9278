import * as fs from "node:fs";

import { remote } from "@pulumi/command";

// Run by the interrupted-run test, which says in the environment where its sshd is.
const { connection, directory } = JSON.parse(
  fs.readFileSync(process.env["THREE_STEPS"] ?? "", "utf8"),
) as { connection: remote.CommandArgs["connection"]; directory: string };

const trace = (line: string): string => `echo ${line} >>${directory}/trace`;

// While `hold` exists, the second step waits to be killed; it leaves by itself when it is not.
const scripts = {
  first: trace("first"),
  second: [
    trace("second-starts"),
    `if test -e ${directory}/hold; then`,
    `  for _ in $(seq 300); do test -e ${directory}/hold || exit 1; sleep 0.1; done`,
    "  exit 1",
    "fi",
    trace("second"),
  ].join("\n"),
  third: trace("third"),
};

let previous: remote.Command[] = [];
for (const [name, stdin] of Object.entries(scripts)) {
  const args = { connection, create: "sh -s", stdin, logging: "none" } as const;
  previous = [new remote.Command(name, args, { dependsOn: previous })];
}

export const last = previous[0]?.id;
