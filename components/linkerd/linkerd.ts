/** Linkerd from its charts, the certificates it lives by, the proof that it works, and what it is told. */
import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "../config/parse";
import { warnOf } from "../findings/warn";
import { createObjects } from "../steps/objects";
import { placeSteps } from "../steps/place";
import { readClusterArgs, targetOf, type ApiTarget, type ClusterArgs } from "../steps/target";
import { keepServer } from "../trust/keep-server";
import { keepTrust } from "../trust/keep";
import { trustSecrets } from "../trust/plan";
import type { LinkerdInstallArgs } from "./args";
import { LinkerdConfig } from "./config";
import { rootNamespace } from "./context";
import { planLinkerd, type LinkerdPlan } from "./plan";
import { webhookHosts, webhookSecrets } from "./webhooks";

/** How Linkerd is installed, what it is told, and where. */
export type LinkerdArgs = LinkerdInstallArgs & ClusterArgs;

/** A Linkerd whose plan is made. */
export interface PlannedLinkerd {
  readonly plan: LinkerdPlan;
  readonly target: ApiTarget;
}

/**
 * @example
 * const linkerd = new Linkerd("linkerd", { kubeconfig, namespaces: { shop: {} } });
 */
export class Linkerd extends pulumi.ComponentResource {
  /** Namespace of the control plane. */
  readonly namespace: pulumi.Output<string>;
  /** Roots that proxies trust, PEM. */
  readonly trustRoots: pulumi.Output<string>;
  /** Where addons go, once the control plane has proved to work. */
  readonly target: ApiTarget;
  readonly plan: LinkerdPlan;

  /**
   * Registers nothing.
   *
   * @throws ConfigError as the constructor does.
   */
  static check(name: string, args: LinkerdArgs): void {
    planFromArgs(name, args);
  }

  constructor(
    name: string,
    args: LinkerdArgs | PlannedLinkerd,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const planned = "plan" in args;
    const plan = planned ? args.plan : planFromArgs(name, args);
    super("nordmesh:linkerd:Linkerd", name, { version: plan.version, mtls: plan.mtls }, opts);
    const target = planned ? args.target : targetOf({ name, parent: this, cluster: args });
    const path = planned ? "stack.mesh.trust" : "args.trust";
    const { secrets, late, roots } = this.#certificates(plan, { prefix: target.prefix, path });
    this.plan = plan;
    this.target = target;
    createObjects({ parent: this, steps: plan.steps, target, secrets, late });
    if (!planned) warnOf(this, plan);
    this.namespace = pulumi.output(rootNamespace);
    this.trustRoots = roots;
    this.registerOutputs({ namespace: this.namespace, trustRoots: this.trustRoots });
  }

  #certificates(
    { trust }: LinkerdPlan,
    { prefix, path }: { readonly prefix: string; readonly path: string },
  ) {
    const kept = keepTrust({ plan: trust, programPrefix: prefix, parent: this, path });
    const { organization } = trust;
    const server = { hosts: webhookHosts, organization };
    const webhook = keepServer(`${prefix}linkerd-webhooks`, server, this);
    const roots = kept.secrets[trustSecrets.roots];
    const authority = webhook.authority.apply((pem) => Buffer.from(pem).toString("base64"));
    return {
      roots,
      secrets: {
        ...kept.secrets,
        [webhookSecrets.certificate]: webhook.certificate,
        [webhookSecrets.key]: webhook.key,
      },
      late: { [trustSecrets.roots]: roots, [webhookSecrets.authority]: authority },
    };
  }
}

function planFromArgs(name: string, args: LinkerdArgs): LinkerdPlan {
  const { facts, problems, rest } = readClusterArgs(name, args);
  const config = parseConfig({
    schema: LinkerdConfig,
    raw: rest,
    root: "args",
    check: () => problems,
  });
  return placeSteps(planLinkerd({ config, cluster: facts }), facts.place);
}
