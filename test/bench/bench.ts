/**
 * `npm run bench`: what planning and registering 3, 100 and 500 hosts costs.
 *
 * Each size runs in a process of its own against a fake engine in this one, so the time includes
 * loading the program and every call over gRPC, and the memory is the program's alone.
 */
import { fork } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { root } from "../support/fixtures";
import { answerOf } from "../support/graph";
import { startFakeEngine } from "../support/fake-engine";
import { stackOf } from "./stack-of";

const sizes = [3, 100, 500];
/** What 500 hosts may cost. */
const limits = { seconds: 10, peakMiB: 1024 };

interface Measured {
  readonly planMs: number;
  readonly registerMs: number;
  /** Processor time of the program's process, its start included. */
  readonly cpuMs: number;
  readonly peakMiB: number;
}

interface Row extends Measured {
  readonly hosts: number;
  readonly resources: number;
  readonly wallSeconds: number;
}

async function measure(hosts: number): Promise<Row> {
  const stack = stackOf(hosts);
  const answer = answerOf({ stack, preview: false });
  const engine = await startFakeEngine({ answer, preview: false });
  const begin = performance.now();
  const child = fork(join(__dirname, "register.ts"), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, SSH_AUTH_SOCK: root },
  });
  const measured = await new Promise<Measured>((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`${hosts} hosts: ended with status ${code}`)));
    child.send({ address: engine.address, stack });
  });
  const wallSeconds = (performance.now() - begin) / 1000;
  engine.close();
  return { ...measured, hosts, resources: engine.resources.length, wallSeconds };
}

function print(rows: readonly Row[]): void {
  const head = [
    "hosts",
    "resources",
    "wall s",
    "cpu s",
    "plan ms",
    "register ms",
    "peak MiB",
    "ms/host",
  ];
  const cells = rows.map((row) => [
    String(row.hosts),
    String(row.resources),
    row.wallSeconds.toFixed(2),
    (row.cpuMs / 1000).toFixed(2),
    row.planMs.toFixed(0),
    row.registerMs.toFixed(0),
    row.peakMiB.toFixed(0),
    ((row.planMs + row.registerMs) / row.hosts).toFixed(1),
  ]);
  for (const line of [head, ...cells]) {
    process.stdout.write(`${line.map((cell) => cell.padStart(11)).join(" ")}\n`);
  }
  const [first, last] = [rows.at(-2), rows.at(-1)];
  if (first === undefined || last === undefined) return;
  const perHost = ({ planMs, registerMs, hosts }: Row): number => (planMs + registerMs) / hosts;
  const ratio = (perHost(last) / perHost(first)).toFixed(2);
  process.stdout.write(`time per host, ${last.hosts} : ${first.hosts} hosts = ${ratio} : 1\n`);
}

async function main(): Promise<void> {
  const rows: Row[] = [];
  for (const hosts of sizes) rows.push(await measure(hosts));
  print(rows);
  const last = rows.at(-1);
  const missed =
    last !== undefined && (last.wallSeconds > limits.seconds || last.peakMiB > limits.peakMiB);
  if (!missed) return;
  process.stderr.write(
    `${last.hosts} hosts miss the target of ${limits.seconds} s and ${limits.peakMiB} MiB\n`,
  );
  process.exitCode = 1;
}

void main();
