/** What every addon tells about itself; one file beside this one each. */
import type * as z from "zod";
import type { Finding } from "../findings/finding";
import type { ClusterStep } from "../steps/step";
import type { Claim } from "./claims";
import type { AddonsConfig } from "./config";
import type { AddonName } from "./registry";

export type MeshMode = "sidecar" | "ambient" | "linkerd";

/** What addons must know of the mesh. */
export interface AddonsMesh {
  readonly mode: MeshMode;
  /** Names of the steps that make the control plane and its namespace. */
  readonly steps: readonly string[];
}

/** What addons must know of the cluster. */
export interface AddonsCluster {
  /** Nodes that take any pod. */
  readonly workerNodes: number;
}

/** A value of a Secret that no plan holds; `secretData` of the steps refers to it by its name. */
export type NeededSecret = GeneratedSecret | ConfiguredSecret;

/** A random password that the stack makes. */
interface GeneratedSecret {
  readonly name: string;
  readonly from: "generated";
  /** Number of characters. */
  readonly length: number;
}

/** A value that only the operator knows: one of `configured` of the addon. */
interface ConfiguredSecret {
  readonly name: string;
  readonly from: "configured";
  /** Field of the addon that is true where it needs the secret. */
  readonly field: string;
}

export interface AddonArgs<Config> {
  /** What is declared of all addons. */
  readonly config: AddonsConfig;
  /** What is declared of this one. */
  readonly own: Config;
  readonly mesh: AddonsMesh;
  readonly cluster: AddonsCluster;
}

export interface Addon<Config, Schema extends z.ZodType<Config> = z.ZodType<Config>> {
  /** What it is for, as the documentation has it. */
  readonly summary: string;
  readonly schema: Schema;
  /** Its name and address inside the cluster; none where nobody opens it. */
  readonly reached?: { readonly tool: string; readonly url: string };
  /** True where it needs no mesh. */
  readonly ofCluster?: true;
  /** Why it is nothing beside Linkerd, and what to do then. */
  readonly withoutIstio?: string;
  /** What it is nothing without. */
  readonly needs?: { readonly addon: AddonName; readonly because: string };
  /** Each after what it waits for. */
  steps(args: AddonArgs<Config>): readonly ClusterStep[];
  secrets(own: Config): readonly NeededSecret[];
  /** What each secret that only an operator knows is, by its name; the name is permanent. */
  readonly configured?: Readonly<Record<string, string>>;
  /** Volumes it cannot run without. */
  claims(own: Config): readonly Claim[];
  /** What is likely to hurt. */
  findings(own: Config): readonly Finding[];
}
