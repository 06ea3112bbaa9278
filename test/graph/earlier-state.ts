/** What a run registered, as rows that a later version of the code can be compared with. */
import { createHash } from "node:crypto";
import type { Graph } from "../support/graph";

/** `URN digest` of each resource, sorted; a component has inputs of its own, so it has no digest. */
export function rowsOf({ resources }: Graph): readonly string[] {
  return resources
    .filter(({ type }) => type !== "pulumi:pulumi:Stack")
    .map(({ urn, custom, inputs }) => (custom ? `${urn} ${digestOf(inputs)}` : urn))
    .sort();
}

function digestOf(inputs: object): string {
  const text = JSON.stringify(inputs, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
