/** Where a chart comes from. */
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

export function withoutSlash(path: string): string {
  return path.replace(/\/+$/, "");
}
