/**
 * `npm run bench`: what the first preview of 3, 100 and 500 hosts costs with the real engine.
 *
 * Each size runs in a process of its own, so the memory is that program's alone.
 */
import { fork } from "node:child_process";
import { join } from "node:path";
import { findPulumi } from "../../lab/engine/pulumi";
import { root } from "../support/fixtures";
import type { Measured, Order } from "./first-preview";

const sizes = [3, 100, 500];
/** What plan and first preview of 500 hosts may cost. */
const limits = { seconds: 10, peakMiB: 1024 };

interface Row extends Measured {
  readonly hosts: number;
}

async function measure(order: Order): Promise<Row> {
  const child = fork(join(__dirname, "first-preview.ts"), {
    execArgv: ["--import", "tsx"],
    // Any existing path will do: a preview connects to nothing.
    env: { ...process.env, SSH_AUTH_SOCK: root },
  });
  const measured = await new Promise<Measured>((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`${order.hosts} hosts: status ${code}`)));
    child.send(order);
  });
  return { ...measured, hosts: order.hosts };
}

function print(rows: readonly Row[]): void {
  const head = ["hosts", "resources", "plan ms", "preview s", "cpu s", "peak MiB", "ms/host"];
  const cells = rows.map((row) => [
    String(row.hosts),
    String(row.resources),
    row.planMs.toFixed(0),
    row.previewSeconds.toFixed(1),
    row.cpuSeconds.toFixed(1),
    row.peakMiB.toFixed(0),
    ((row.previewSeconds * 1000) / row.hosts).toFixed(0),
  ]);
  for (const line of [head, ...cells]) {
    process.stdout.write(`${line.map((cell) => cell.padStart(9)).join(" ")}\n`);
  }
  const [first, last] = [rows.at(-2), rows.at(-1)];
  if (first === undefined || last === undefined) return;
  const perHost = ({ previewSeconds, hosts }: Row): number => previewSeconds / hosts;
  const ratio = (perHost(last) / perHost(first)).toFixed(2);
  process.stdout.write(`time per host, ${last.hosts} : ${first.hosts} hosts = ${ratio} : 1\n`);
}

async function main(): Promise<void> {
  const pulumi = await findPulumi();
  if (pulumi === undefined) throw new Error("there is no pulumi program; run npm run build -w lab");
  const rows: Row[] = [];
  for (const hosts of sizes) rows.push(await measure({ hosts, pulumi }));
  print(rows);
  const last = rows.at(-1);
  const missed =
    last !== undefined &&
    (last.planMs / 1000 + last.previewSeconds > limits.seconds || last.peakMiB > limits.peakMiB);
  if (!missed) return;
  process.stderr.write(
    `${last.hosts} hosts miss the target of ${limits.seconds} s and ${limits.peakMiB} MiB\n`,
  );
  process.exitCode = 1;
}

void main();
