/** Addresses for Services of type LoadBalancer, by MetalLB. */
import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "../config/parse";
import { warnOf } from "../findings/warn";
import { createObjects } from "../steps/objects";
import { placeSteps } from "../steps/place";
import { readClusterArgs, targetOf, type ApiTarget, type ClusterArgs } from "../steps/target";
import type { LoadBalancerConfigArgs } from "./args";
import { LoadBalancerConfig } from "./config";
import { planLoadBalancer, type LoadBalancerPlan } from "./metallb";

/** Address pools and BGP peers, and the cluster to install MetalLB into. */
export type LoadBalancerArgs = LoadBalancerConfigArgs & ClusterArgs;

/** A load balancer whose plan is made. */
export interface PlannedLoadBalancer {
  readonly plan: LoadBalancerPlan;
  readonly target: ApiTarget;
  /** Component that held the same steps in earlier states. */
  readonly formerParent?: string | undefined;
}

/**
 * MetalLB, which assigns addresses to Services of type LoadBalancer and announces them by ARP or BGP.
 *
 * The constructor throws ConfigError with one line per invalid argument before anything is registered.
 *
 * @example
 * new LoadBalancer("lb", { cluster, pools: { public: { mode: "l2", addresses: ["192.0.2.80/28"] } } });
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** Names of the address pools. */
  readonly pools: pulumi.Output<readonly string[]>;

  /**
   * Checks the arguments without registering a resource, for unit tests.
   *
   * @throws ConfigError with one line per problem, as the constructor does.
   */
  static check(name: string, args: LoadBalancerArgs): void {
    planFromArgs(name, args);
  }

  constructor(
    name: string,
    args: LoadBalancerArgs | PlannedLoadBalancer,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const plan = "plan" in args ? args.plan : planFromArgs(name, args);
    super("nordmesh:addons:LoadBalancer", name, {}, opts);
    const target = "plan" in args ? args.target : targetOf({ name, parent: this, cluster: args });
    const formerParent = "plan" in args ? args.formerParent : undefined;
    createObjects({ parent: this, steps: plan.steps, target, formerParent });
    if (!("plan" in args)) warnOf(this, plan);
    this.pools = pulumi.output(plan.pools);
    this.registerOutputs({ pools: this.pools });
  }
}

function planFromArgs(name: string, args: LoadBalancerArgs): LoadBalancerPlan {
  const { facts, problems, rest: raw } = readClusterArgs(name, args);
  const check = (): readonly string[] => problems;
  const config = parseConfig({ schema: LoadBalancerConfig, raw, root: "args", check });
  return placeSteps(planLoadBalancer({ config, cluster: facts }), facts.place);
}
