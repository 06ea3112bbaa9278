/** Istio from its charts, and the check that it injects proxies. */
import * as pulumi from "@pulumi/pulumi";
import { warnOf } from "../findings/warn";
import { createObjects } from "../steps/objects";
import { readClusterArgs, targetOf, type ApiTarget, type ClusterArgs } from "../steps/target";
import { keepTrust } from "../trust/keep";
import type { TracingTarget } from "./context";
import type { AmbientIstioArgs, SidecarIstioArgs } from "./install-args";
import type { MeshPlan } from "./plan";
import { installSteps, planFromArgs } from "./planned";

/** How Istio is installed, and where. */
export type IstioArgs = (SidecarIstioArgs | AmbientIstioArgs) &
  ClusterArgs & {
    /** allow-list: proxies refuse destinations that no policy declares; any: they allow them. @default "allow-list" */
    readonly outbound?: "allow-list" | "any" | undefined;
    /** Where proxies send trace spans. @default - none are sent */
    readonly tracing?: TracingTarget | undefined;
  };

/** An Istio whose plan is made. */
export interface PlannedIstio {
  readonly plan: MeshPlan;
  readonly target: ApiTarget;
  /** Component that held the same steps in earlier states. */
  readonly formerParent?: string | undefined;
}

/**
 * Istio from its Helm charts, on any cluster. Components that take it as `cluster` or `istio` wait until it injects
 * proxies.
 *
 * The constructor throws ConfigError with one line per invalid argument before anything is registered.
 *
 * @example
 * const istio = new Istio("istio", { mode: "sidecar", kubeconfig });
 */
export class Istio extends pulumi.ComponentResource {
  /** Revision that namespaces follow, such as `1-31-1`. */
  readonly revision: pulumi.Output<string>;
  /** Namespace of the control plane. */
  readonly namespace: pulumi.Output<string>;
  /** Gateways as namespace/name. */
  readonly gateways: pulumi.Output<readonly string[]>;
  /** The cluster once the control plane injects proxies: `cluster` of another component. */
  readonly target: ApiTarget;
  readonly plan: MeshPlan;
  /** Arguments of this Istio, which the policies for it are planned with. */
  readonly args: IstioArgs | undefined;

  /**
   * Checks the arguments without registering a resource, for unit tests.
   *
   * @throws ConfigError with one line per problem, as the constructor does.
   */
  static check(name: string, args: IstioArgs): void {
    planInstall(name, args);
  }

  constructor(
    name: string,
    args: IstioArgs | PlannedIstio,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const plan = "plan" in args ? args.plan : planInstall(name, args);
    super("nordmesh:mesh:Istio", name, { version: plan.version, mode: plan.mode }, opts);
    this.plan = plan;
    this.args = "plan" in args ? undefined : args;
    const target = "plan" in args ? args.target : targetOf({ name, parent: this, cluster: args });
    const formerParent = "plan" in args ? args.formerParent : undefined;
    this.target = target;
    const { trust } = plan;
    const kept =
      trust &&
      keepTrust({
        plan: trust,
        programPrefix: target.prefix,
        parent: this,
        path: "plan" in args ? "stack.mesh.trust" : "args.trust",
      });
    createObjects({
      parent: this,
      steps: installSteps(plan),
      target,
      formerParent,
      ...(kept !== undefined && {
        secrets: kept.secrets,
        late: { ROOTS: kept.rootNames, SIGNER: kept.signerName },
      }),
    });
    if (!("plan" in args)) warnOf(this, plan);
    this.revision = pulumi.output(plan.revision);
    this.namespace = pulumi.output("istio-system");
    this.gateways = pulumi.output(plan.gateways.map((one) => `${one.namespace}/${one.name}`));
    this.registerOutputs({ revision: plan.revision });
  }
}

function planInstall(name: string, args: IstioArgs): MeshPlan {
  const { facts, problems, rest } = readClusterArgs(name, args);
  const { outbound, tracing, ...install } = rest;
  return planFromArgs({
    raw: { ...install, ...(outbound !== undefined && { egress: { mode: outbound } }) },
    facts,
    tracing,
    breaks: true,
    problems,
  });
}
