/** What a mesh allows: namespaces in it, mTLS, traffic, and what leaves the cluster. */
import * as pulumi from "@pulumi/pulumi";
import { warnOf } from "../findings/warn";
import { createObjects } from "../steps/objects";
import { readClusterArgs, targetOf, type ApiTarget, type ClusterArgs } from "../steps/target";
import type { Istio, IstioArgs } from "./istio";
import type { MeshPlan } from "./plan";
import { planFromArgs, policySteps } from "./planned";
import type { AmbientPoliciesArgs, SidecarPoliciesArgs } from "./policy-args";

/** Policies, and the Istio that enforces them. */
export type MeshPoliciesArgs = (OfMode<SidecarPoliciesArgs> | OfMode<AmbientPoliciesArgs>) &
  ClusterArgs & {
    /** The Istio of this program. @default - one that is already installed: set mode and revision */
    readonly istio?: Istio | undefined;
    /** Version of the installed Istio, x.y.z. @default - the newest that this package supports */
    readonly version?: string | undefined;
    /** Revision of the installed Istio; `default` is one installed without a revision. @default "default" */
    readonly revision?: string | undefined;
  };

type OfMode<Policies extends { readonly mode: string }> = Omit<Policies, "mode"> & {
  /** Mode of the installed Istio. @default "sidecar" */
  readonly mode?: Policies["mode"] | undefined;
};

/** Policies whose plan is made. */
export interface PlannedPolicies {
  readonly plan: MeshPlan;
  readonly target: ApiTarget;
  /** Component that held the same steps in earlier states. */
  readonly formerParent?: string;
}

/**
 * Policies of a mesh: enrolled namespaces, mTLS, callers, breakers, canaries, timeouts, retries, egress.
 *
 * The constructor throws ConfigError with one line per invalid argument before anything is registered.
 *
 * @example
 * new MeshPolicies("mesh", { istio, mtls: "strict", namespaces: { shop: {} } });
 */
export class MeshPolicies extends pulumi.ComponentResource {
  /** The planned policies; not an output. */
  readonly plan: MeshPlan;

  /**
   * Checks the arguments without registering a resource, for unit tests.
   *
   * @throws ConfigError with one line per problem, as the constructor does.
   */
  static check(name: string, args: MeshPoliciesArgs): void {
    planPolicies(name, args);
  }

  constructor(
    name: string,
    args: MeshPoliciesArgs | PlannedPolicies,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const plan = "plan" in args ? args.plan : planPolicies(name, args);
    super("nordmesh:mesh:MeshPolicies", name, { mtls: plan.mtls }, opts);
    this.plan = plan;
    const target =
      "plan" in args
        ? args.target
        : (args.istio?.target ?? targetOf({ name, parent: this, cluster: args }));
    const formerParent = "plan" in args ? args.formerParent : undefined;
    const here = "plan" in args || args.istio !== undefined;
    const steps = policySteps(plan, { installed: here ? "here" : "elsewhere" });
    createObjects({ parent: this, steps, target, formerParent });
    if (!("plan" in args)) warnOf(this, plan);
    this.registerOutputs({ mtls: plan.mtls });
  }
}

function planPolicies(name: string, args: MeshPoliciesArgs): MeshPlan {
  const { facts, problems, rest } = readClusterArgs(name, args);
  const { istio, mode = "sidecar", version, revision = "default", ...policies } = rest;
  if (istio === undefined) {
    return planFromArgs({
      raw: { mode, ...(version !== undefined && { version }), ...policies },
      facts,
      revision,
      problems,
    });
  }
  return planFromArgs({
    raw: { ...installArgs(istio.args), ...policies },
    facts: istio.target.facts,
    problems: [],
  });
}

/** What the Istio was installed with, so that both are checked and planned together. */
function installArgs(args: IstioArgs | undefined): object {
  if (args === undefined) return {};
  const { outbound: _, tracing: __, ...install } = readClusterArgs("istio", args).rest;
  return install;
}
