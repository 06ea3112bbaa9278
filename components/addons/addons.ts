/** The tools around a mesh, and the passwords they need. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { parseConfig } from "../config/parse";
import { warnOf } from "../findings/warn";
import { createObjects, movedInto } from "../steps/objects";
import { placeSteps } from "../steps/place";
import { readClusterArgs, targetOf, type ApiTarget, type ClusterArgs } from "../steps/target";
import type { AddonsConfigArgs } from "./args";
import { AddonsConfig } from "./config";
import { missingSecrets, takeSecrets } from "./configured-secrets";
import { checkAddonsOf, planAddons, type AddonsPlan } from "./plan";
import type { ConfiguredSecretsArgs } from "./secrets-args";

/** The addons to install, and the cluster and mesh that they observe. */
export type AddonsArgs = AddonsConfigArgs &
  ClusterArgs &
  ConfiguredSecretsArgs & {
    /** Mode of the mesh in the cluster. @default "sidecar" */
    readonly mode?: "sidecar" | "ambient" | "linkerd" | undefined;
  };

/** Addons whose plan is made. */
export interface PlannedAddons {
  readonly plan: AddonsPlan;
  readonly target: ApiTarget;
  readonly secrets: ConfiguredSecretsArgs;
  /** Component that held the same steps in earlier states. */
  readonly formerParent?: string | undefined;
}

/**
 * metrics-server, Prometheus, Grafana, Kiali and Tempo, with the passwords they need. All but
 * metrics-server need a mesh in the cluster.
 *
 * The constructor throws ConfigError with one line per invalid argument before anything is registered.
 *
 * @example
 * const addons = new Addons("observability", { cluster: istio, prometheus: {}, kiali: {} });
 */
export class Addons extends pulumi.ComponentResource {
  /** URLs inside the cluster, by tool: prometheus, grafana, kiali, tempo. */
  readonly urls: pulumi.Output<Readonly<Record<string, string>>>;
  /** The cluster with these addons installed: `cluster` of another component. Istio reads from it whether metrics-server is there. */
  readonly target: ApiTarget;

  /**
   * Checks the arguments without registering a resource, for unit tests.
   *
   * @throws ConfigError with one line per problem, as the constructor does.
   */
  static check(name: string, args: AddonsArgs): void {
    planFromArgs(name, args);
  }

  constructor(
    name: string,
    args: AddonsArgs | PlannedAddons,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const plan = "plan" in args ? args.plan : planFromArgs(name, args);
    super("nordmesh:addons:Addons", name, {}, opts);
    const target = "plan" in args ? args.target : targetOf({ name, parent: this, cluster: args });
    const formerParent = "plan" in args ? args.formerParent : undefined;
    const secrets = {
      ...generated(this, { plan, prefix: target.prefix }),
      ...takeSecrets("plan" in args ? args.secrets : args).secrets,
    };
    createObjects({ parent: this, steps: plan.steps, target, secrets, formerParent });
    if (!("plan" in args)) warnOf(this, plan);
    this.target = plan.measuresPods
      ? { ...target, facts: { ...target.facts, metricsServer: true } }
      : target;
    this.urls = pulumi.output(plan.urls);
    this.registerOutputs({ urls: this.urls });
  }
}

/** Passwords the stack makes, by name. */
function generated(
  parent: pulumi.Resource,
  { plan, prefix }: { readonly plan: AddonsPlan; readonly prefix: string },
): Readonly<Record<string, pulumi.Output<string>>> {
  const opts = movedInto(parent);
  const made = plan.secrets.flatMap((secret) => {
    if (secret.from !== "generated") return [];
    const { name, length } = secret;
    const args = { length, special: false };
    return [
      [name, new random.RandomPassword(`${prefix}addons-${name}`, args, opts).result] as const,
    ];
  });
  return Object.fromEntries(made);
}

function planFromArgs(name: string, args: AddonsArgs): AddonsPlan {
  const { facts, problems, rest } = readClusterArgs(name, args);
  const { mode = "sidecar", ...others } = rest;
  const { secrets: given, rest: raw } = takeSecrets(others);
  const check = (): readonly string[] => [
    ...problems,
    ...missingSecrets({ raw, path: "stack", given, advice: () => "give it beside" }),
  ];
  const schema = AddonsConfig.superRefine((declared, context) => {
    for (const { path, ...problem } of checkAddonsOf(mode, declared)) {
      context.addIssue({ code: "custom", path: [...path], ...problem });
    }
  });
  const config = parseConfig({ schema, raw, root: "args", check });
  return placeSteps(planAddons({ config, mesh: { mode, steps: [] }, cluster: facts }), facts.place);
}
