/** Where a chart comes from. */
import { createHash } from "node:crypto";
import type { ChartStep } from "./step";

export type ChartSource =
  | { readonly source: "official" }
  | { readonly source: "mirror"; readonly repository: string }
  | { readonly source: "directory"; readonly path: string };

/** `chart`, `repository` and `version` of a step; `official` is where its vendor keeps it. */
export function locateChart(args: {
  readonly name: string;
  readonly official: string;
  readonly version: string;
  readonly from: ChartSource;
}): Pick<ChartStep, "chart" | "repository" | "version"> {
  const { name, official, version, from } = args;
  switch (from.source) {
    case "official":
      return { chart: name, repository: official, version };
    case "mirror":
      return from.repository.startsWith("oci://")
        ? { chart: `${withoutSlash(from.repository)}/${name}`, version }
        : { chart: name, repository: from.repository, version };
    case "directory":
      return { chart: `${withoutSlash(from.path)}/${name}` };
    default:
      return from satisfies never;
  }
}

/** Digest of what a chart installs, the same for any order of keys. */
export function chartDigest(step: ChartStep): string {
  const { chart, repository, version, release, namespace, values } = step;
  const whole = { chart, repository, version, release, namespace, values };
  const text = JSON.stringify(whole, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

export function withoutSlash(path: string): string {
  return path.replace(/\/+$/, "");
}
