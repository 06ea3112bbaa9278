/** A whole environment: a cluster, what is in it, and what its guard rails refuse. */
import * as pulumi from "@pulumi/pulumi";
import { Addons } from "../addons/addons";
import { missingSecrets } from "../addons/configured-secrets";
import type { ConfiguredSecretsArgs } from "../addons/secrets-args";
import { LoadBalancer } from "../addons/load-balancer";
import { movedInto } from "../steps/objects";
import { isLate } from "../config/late";
import { parseConfig } from "../config/parse";
import { checkCluster } from "../kubernetes/checks";
import { KubeadmCluster } from "../kubernetes/cluster";
import { plainHosts } from "../host/late-hosts";
import { Linkerd } from "../linkerd/linkerd";
import { Istio } from "../mesh/istio";
import { MeshPolicies } from "../mesh/mesh-policies";
import { LocalStorage } from "../storage/local-storage";
import type { StackConfigArgs } from "./args";
import { StackConfig } from "./config";
import { guardRails, planGuarded } from "./guard-rails";
import { clusterResource, type StackPlan } from "./plan";

export interface EnvironmentArgs {
  /** The environment, as a YAML file declares it under `nordmesh:stack`. */
  readonly config: StackConfigArgs;
  readonly secrets?: EnvironmentSecrets | undefined;
}

export interface EnvironmentSecrets extends ConfiguredSecretsArgs {
  /** Operator's private SSH key in OpenSSH format. @default - the key of the SSH agent */
  readonly sshPrivateKey?: pulumi.Input<string> | undefined;
}

/** An environment whose plan is made. */
export interface PlannedEnvironment {
  readonly plan: StackPlan;
  readonly secrets?: EnvironmentSecrets | undefined;
}

/**
 * A whole environment: cluster, load balancer, storage, mesh and addons, with guard rails. `name` is permanent; the
 * hosts store it as the name of their cluster.
 *
 * The constructor throws ConfigError with one line per problem, also for what the guard rails refuse, before anything
 * is registered.
 *
 * @example
 * new Environment("prod", { config: { release: "2026.1", hosts, mesh: { mode: "sidecar" } } });
 */
export class Environment extends pulumi.ComponentResource {
  /** URL of the API server for operators, https://host:port. */
  readonly endpoint: pulumi.Output<string>;
  /** Administrator's kubeconfig, YAML; secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Generated private SSH key for the hosts, secret; undefined if a key is declared or the SSH agent has it. */
  readonly sshPrivateKey: pulumi.Output<string> | undefined;
  /** host:port of the SSH server, by host. */
  readonly hosts: pulumi.Output<Readonly<Record<string, string>>>;

  /**
   * Checks the arguments without registering a resource, for unit tests.
   *
   * @throws ConfigError with one line per problem, as the constructor does.
   */
  static check(name: string, args: EnvironmentArgs): void {
    planFromArgs(name, args);
  }

  constructor(
    name: string,
    args: EnvironmentArgs | PlannedEnvironment,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { plan, ...late } = "plan" in args ? { plan: args.plan } : planFromArgs(name, args);
    const { protect } = guardRails[plan.guardRails];
    super("nordmesh:environment:Environment", name, {}, opts);
    const { sshPrivateKey: privateKey, ...secrets } = args.secrets ?? {};
    const cluster = new KubeadmCluster(
      clusterResource,
      { plan, privateKey, ...late },
      { ...movedInto(this), protect },
    );
    const { target } = cluster;
    const former = formerObjects(this, plan);
    if (plan.storage !== undefined) {
      new LocalStorage("storage", { plan: plan.storage, target }, { parent: this });
    }
    if (plan.loadBalancer !== undefined) {
      const own = { plan: plan.loadBalancer, target, formerParent: former.parent };
      new LoadBalancer("load-balancer", own, former.optionsOf("load-balancer"));
    }
    if (plan.mesh !== undefined) {
      const own = { plan: plan.mesh, target, formerParent: former.parent };
      new Istio("istio", own, former.optionsOf("istio"));
      new MeshPolicies("mesh", own, former.optionsOf("mesh"));
    }
    if (plan.linkerd !== undefined) {
      new Linkerd("linkerd", { plan: plan.linkerd, target }, { parent: this });
    }
    if (plan.addons !== undefined) {
      const own = { plan: plan.addons, target, secrets, formerParent: former.parent };
      new Addons("addons", own, former.optionsOf("addons"));
    }
    this.endpoint = cluster.endpoint;
    this.kubeconfig = cluster.kubeconfig;
    this.sshPrivateKey = cluster.sshPrivateKey;
    this.hosts = cluster.nodes;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** @throws ConfigError with everything that is wrong, or that the guard rails refuse. */
function planFromArgs(name: string, { config, secrets = {} }: EnvironmentArgs) {
  const { hosts, ...late } = plainHosts(config.hosts);
  const raw = isLate(config) ? config : { ...config, hosts };
  const parsed = parseConfig({
    schema: StackConfig,
    raw,
    root: "args.config",
    check: (whole) => [
      ...checkCluster(whole),
      ...missingSecrets({
        raw: (whole as { readonly addons?: unknown } | undefined)?.addons,
        path: "stack.addons",
        given: secrets,
        advice: () => "give it in secrets",
      }),
    ],
  });
  return { plan: planGuarded({ environment: name, config: parsed }), ...late };
}

/** In earlier states one component, `objects`, held what is now below several; the first takes its place. */
function formerObjects(parent: pulumi.Resource, plan: StackPlan) {
  const type = "nordmesh:objects:ClusterObjects";
  const urn = `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::objects`;
  // Addons that needed no mesh came later.
  const heir = plan.loadBalancer === undefined ? "istio" : "load-balancer";
  return {
    parent: urn,
    optionsOf: (name: string): pulumi.ComponentResourceOptions => ({
      parent,
      ...(name === heir && {
        aliases: [{ type, name: "objects", parent: pulumi.rootStackResource }],
      }),
    }),
  };
}
