/** What every addon tells about itself; one file beside this one each. */
import type * as z from "zod";
import type { Finding } from "../findings/finding";
import type { ClusterStep } from "../steps/step";
import type { AddonsConfig } from "./config";
import type { AddonName } from "./registry";

/** What addons must know of the mesh. */
export interface AddonsMesh {
  readonly mode: "sidecar" | "ambient";
  /** Names of the steps that make the control plane and its namespace. */
  readonly steps: readonly string[];
}

/** Values of a Secret that only the stack knows. */
export interface NeededSecret {
  /** Name the steps' `secretData` refers to. */
  readonly name: string;
  /** `generated`: a random password of the stack; `configured`: `nordmesh:<name>`. */
  readonly from: "generated" | "configured";
  /** Characters of a generated one. */
  readonly length: number;
}

export interface AddonArgs<Config> {
  /** What is declared of all addons. */
  readonly config: AddonsConfig;
  /** What is declared of this one. */
  readonly own: Config;
  readonly mesh: AddonsMesh;
}

export interface Addon<Config, Schema extends z.ZodType<Config> = z.ZodType<Config>> {
  /** What it is for, as the documentation has it. */
  readonly summary: string;
  readonly schema: Schema;
  /** Its name among the addresses of tools. */
  readonly tool: string;
  /** Address inside the cluster. */
  readonly url: string;
  /** What it is nothing without. */
  readonly needs?: { readonly addon: AddonName; readonly because: string };
  /** Each after what it waits for. */
  steps(args: AddonArgs<Config>): readonly ClusterStep[];
  secrets(own: Config): readonly NeededSecret[];
  /** What is likely to hurt. */
  findings(own: Config): readonly Finding[];
}
