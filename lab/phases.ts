/** What a run made and how long each phase of it took, as a table. */
import type { Done } from "./engine/progress";

export interface Span {
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly ended: number;
}

/** Name of a host → its role. */
export type Roles = Readonly<Record<string, "control-plane" | "worker">>;

const machinePhases = [
  "machines",
  "nodes",
  "control planes",
  "workers",
  "cluster",
  "mesh",
] as const;
export type Phase = (typeof machinePhases)[number];

/** Phase that a step of the engine belongs to; none for keys and notes in the state. */
export function phaseOf(step: Pick<Done, "name" | "type">, roles: Roles): Phase | undefined {
  const { name, type } = step;
  if (type.startsWith("kubernetes:")) return "mesh";
  if (!type.startsWith("command:")) return undefined;
  for (const [host, role] of Object.entries(roles)) {
    if (name === `${host}-machine`) return "machines";
    if (name === `${host}-preflight` || name === `${host}-node`) return "nodes";
    if (name === `${host}-join`) return role === "worker" ? "workers" : "control planes";
  }
  return name.startsWith("cluster-") ? "cluster" : "mesh";
}

/** One row a phase that did something; phases overlap, so their times add up to more than the whole. */
export function phaseTable(args: {
  readonly began: number;
  readonly parts: Span;
  readonly steps: readonly Done[];
  readonly roles: Roles;
  /** Absent where the environment takes no sample. */
  readonly sample?: Span | undefined;
  readonly ended: number;
}): string {
  const { began, parts, steps, roles, sample, ended } = args;
  const ofSteps = machinePhases.flatMap((phase) => {
    const own = steps.filter((step) => phaseOf(step, roles) === phase);
    return own.length === 0 ? [] : [[phase, countSteps(own), spanOf(own)] as const];
  });
  const rows = [
    ["lab parts", "", parts] as const,
    ...ofSteps,
    ...(sample === undefined ? [] : [["sample", "", sample] as const]),
    ["all", ofSteps.length === 0 ? "nothing to change" : "", { began, ended }] as const,
  ].map(([phase, made, span]) => [
    phase,
    made,
    seconds(span.began - began),
    seconds(span.ended - span.began),
  ]);
  return renderTable([["phase", "steps", "began", "took"], ...rows]);
}

/** From the first begin to the last end. */
function spanOf(spans: readonly Span[]): Span {
  return {
    began: Math.min(...spans.map((span) => span.began)),
    ended: Math.max(...spans.map((span) => span.ended)),
  };
}

function countSteps(steps: readonly Done[]): string {
  const words = [
    ["made", /^create/],
    ["changed", /^update/],
    ["removed", /^delete/],
  ] as const;
  return words
    .map(([word, ops]) => [steps.filter(({ op }) => ops.test(op)).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}

/** Numbers, in the last two columns, end at the same place. */
function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}
