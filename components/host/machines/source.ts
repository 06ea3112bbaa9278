/** What every source of hosts tells about itself; one file beside this one each. */
import type * as z from "zod";
import type { ConnectionPlan } from "../../steps/connection";
import type { LocalStep, ScriptStep } from "../../steps/step";
import type { ArtifactSource, ImageSet } from "../artifacts";
import type { KernelPlan } from "../kernel";
import type { DeclaredVolume } from "../volumes";

/** Where a host is reached, for each who asks. */
export interface HostAddresses {
  /** SSH server. */
  readonly address: string;
  readonly port: number;
  /** Address other nodes use. */
  readonly nodeAddress: string;
  /** host:port at which operators reach its API server, were it a control plane. */
  readonly operatorAddress: string;
}

/** What belongs to one host alone, such as host:port of its SSH server. */
export interface Claim {
  readonly field: string;
  readonly value: string;
}

/** A problem of one field of a host. */
export interface FieldProblem {
  readonly field: string;
  readonly text: string;
}

/** What is the same for every machine of a stack. */
export interface MachineContext {
  readonly clusterId: string;
  readonly artifacts: ArtifactSource;
  /** What a bundle has to give a node; other sources are asked by the kubelet when a pod needs an image. */
  readonly imageSets: readonly ImageSet[];
  readonly sshUser: string;
  /** Public keys of operators. */
  readonly authorizedKeys: readonly string[];
  readonly connectAttempts: number;
}

/** A part of what makes a machine itself; it exists only at run time. */
export type IdentityPart = "userData" | "authorizedKeys" | "hostKey" | "hostPublicKey";

/** How a machine comes to be. */
export interface MachinePlan {
  readonly source: string;
  /** In words. */
  readonly summary: string;
  /** Declared public key of its SSH server; undefined if the stack makes one. */
  readonly hostKey?: string | undefined;
  /** Creates it; undefined if it is there. */
  readonly step?: ScriptStep | LocalStep;
  /** Variables of the step that make the machine itself. */
  readonly identity: Readonly<Record<string, IdentityPart>>;
  /** Server the step runs on. */
  readonly hypervisor?: ConnectionPlan;
  /** What cloud-init is told besides keys; undefined if there is no cloud-init. */
  readonly bundleMount?: { readonly label: string; readonly path: string } | undefined;
}

/** Head of the step that makes the machine of `host`, whose resource is called `resource`. */
export function machineStep(args: {
  readonly name: string;
  readonly resource: string;
  readonly title: string;
}) {
  const { name: host, resource, title } = args;
  return { name: `${resource}-machine`, host, title, after: [] } as const;
}

export interface MachineSource<Config, Schema extends z.ZodType<Config> = z.ZodType<Config>> {
  readonly schema: Schema;
  /** True on the computer that runs Pulumi: for development, and reached with a key the stack makes. */
  readonly here: boolean;
  /** True where the node has a kernel and a clock of its own. */
  readonly ownKernel: boolean;
  addresses(config: Config): HostAddresses;
  /** What no other host may have. */
  claims(config: Config): readonly Claim[];
  /** Its volumes by name, each with the path of its disk on the host. */
  volumes(config: Config): Readonly<Record<string, DeclaredVolume>>;
  /** What one field alone cannot show. */
  check(config: Config): readonly FieldProblem[];
  plan(args: {
    readonly name: string;
    /** Name of the host's resource. */
    readonly resource: string;
    readonly config: Config;
    readonly kernel: KernelPlan;
    readonly context: MachineContext;
  }): MachinePlan;
}

/** What made a machine anew calls it, on the last line it printed; steps run again where it differs. */
export function parseInstance(stdout: string): string {
  return (JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { instance: string }).instance;
}
