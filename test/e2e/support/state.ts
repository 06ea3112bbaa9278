/** What an exported state says of single resources. */
import assert from "node:assert/strict";
import type { LabStack } from "../../../lab/engine/stack";

export type ExportedState = Awaited<ReturnType<LabStack["exportState"]>>;

export interface StateResource {
  readonly urn: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export function resourcesOf(state: ExportedState): readonly StateResource[] {
  const { resources = [] } = state.deployment as { readonly resources?: readonly StateResource[] };
  return resources;
}

export function findResource(state: ExportedState, name: string): StateResource {
  const found = resourcesOf(state).find(({ urn }) => urn.endsWith(`::${name}`));
  assert.ok(found, name);
  return found;
}

/** The value of a random string or password, of a state that was exported with its secrets. */
export function readSecret(state: ExportedState, name: string): string {
  const value = findResource(state, name).outputs?.["result"];
  // An exported secret is wrapped, its plain text is JSON.
  const { plaintext } = value as { readonly plaintext?: string };
  return String(plaintext === undefined ? value : JSON.parse(plaintext));
}
