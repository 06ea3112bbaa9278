import type { Differences } from "./diff";
import type { Failure } from "./fields";
import type { PropertyMap } from "./values";

export interface RunContext {
  /** Sends one line to the engine: shown while the resource is worked on, not kept. */
  readonly log: (line: string) => void;
  /** Aborts when the engine cancels or the resource's custom timeout passes. */
  readonly signal: AbortSignal;
  /** The resource's custom timeout, if it has one. */
  readonly seconds?: number;
}

/** What a resource type does; the server calls these as the engine asks. */
export interface ResourceKind {
  check(inputs: PropertyMap): { inputs: PropertyMap; failures: readonly Failure[] };
  /** The paths among the differences that force a replacement. */
  replaces(differences: Differences): readonly string[];
  create(request: {
    name: string;
    inputs: PropertyMap;
    preview: boolean;
    context: RunContext;
  }): Promise<{ id: string; outputs: PropertyMap }>;
  update(request: {
    state: PropertyMap;
    inputs: PropertyMap;
    preview: boolean;
    context: RunContext;
  }): Promise<PropertyMap>;
  delete(request: { state: PropertyMap; context: RunContext }): Promise<void>;
}
