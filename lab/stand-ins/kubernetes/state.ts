/** What the engine keeps of an object. */
import { secret, type PropertyMap } from "../values";
import { FIELD_MANAGER, INITIAL_API_VERSION, INPUTS, type KubeObject } from "./object";
import { secretLike } from "./prune";

/** The state of a resource in the official provider's form. */
export function stateOf(known: {
  live: KubeObject;
  inputs: PropertyMap;
  manager: string;
}): PropertyMap {
  const { managedFields: _, ...metadata } = known.live.metadata;
  const marked = secretLike({ ...known.live, metadata }, known.inputs) as PropertyMap;
  if (known.live.kind === "Secret") {
    for (const key of ["data", "stringData"]) {
      if (marked[key] !== undefined) marked[key] = secret(marked[key]);
    }
  }
  return {
    ...marked,
    [INPUTS]: known.inputs,
    [INITIAL_API_VERSION]: known.live.apiVersion,
    [FIELD_MANAGER]: known.manager,
  };
}
