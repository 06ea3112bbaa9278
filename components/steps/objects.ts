/** Puts steps into a running cluster: charts, files of manifests and single objects. */
import { setTimeout as delay } from "node:timers/promises";
import { Chart } from "@pulumi/kubernetes/helm/v4/chart";
import { ConfigFile } from "@pulumi/kubernetes/yaml/v2/configFile";
import * as pulumi from "@pulumi/pulumi";
import { fromHome } from "../text/home";
import type {
  ChartStep,
  ClusterStep,
  FileStep,
  KubernetesObject,
  ObjectStep,
  StepHead,
} from "./step";
import { sharedErrorHook } from "./hook";
import type { Late } from "./ssh";
import type { ApiTarget, StepOptions } from "./target";
import { sharedOptions } from "./webhooks";

/**
 * One child of `parent` a step, under its name, that waits for the steps in `after` and for what they
 * hold to be ready. Throws when a step names one that neither comes before it nor was made earlier.
 */
export function createObjects(args: {
  readonly parent: pulumi.Resource;
  /** In an order in which each comes after what it waits for. */
  readonly steps: readonly ClusterStep[];
  readonly target: ApiTarget;
  /** Values of `secretData`, by the name of the stack's secret. */
  readonly secrets?: Secrets;
  /** Values that scripts name in their `inputs`, and objects in `late`. */
  readonly late?: Late;
  /** Component that held the same steps in earlier states. */
  readonly formerParent?: pulumi.Input<pulumi.URN> | undefined;
}): void {
  const { parent, target, secrets = {}, late = {}, formerParent } = args;
  const webhook = sharedErrorHook("webhook", awaitWebhook);
  for (const step of args.steps) {
    const options: StepOptions = {
      parent,
      provider: target.provider,
      dependsOn: step.after.map((earlier) => resourceOf(target.made, { step, earlier })),
      ...(target.deletedWith !== undefined && { deletedWith: target.deletedWith }),
      ...(formerParent !== undefined && { aliases: [{ parent: formerParent }] }),
    };
    const own = { ...step, name: `${target.prefix}${step.name}` };
    target.made.set(step.name, createStep(own, { target, secrets, late, options, webhook }));
  }
}

type Secrets = Readonly<Record<string, pulumi.Input<string>>>;

/** @throws Error when no step that came before is called `earlier`. */
export function resourceOf(
  made: ReadonlyMap<string, pulumi.Resource>,
  { step, earlier }: { readonly step: StepHead; readonly earlier: string },
): pulumi.Resource {
  const resource = made.get(earlier);
  if (resource !== undefined) return resource;
  throw new Error(`step ${step.name} waits for ${earlier}, which no step before it is called`);
}

interface Creation {
  readonly target: ApiTarget;
  readonly secrets: Secrets;
  readonly late: Late;
  readonly options: StepOptions;
  readonly webhook: pulumi.ErrorHook;
}

function createStep(step: ClusterStep, creation: Creation): pulumi.Resource {
  const { target, late, options, webhook } = creation;
  switch (step.kind) {
    case "chart":
      return createChart(step, withTransform(options));
    case "file":
      return createFile(step, withTransform(options));
    case "object":
      return new ClusterObject(step, creation, {
        ...options,
        hooks: { onError: [webhook] },
        ...(step.keep === true && { retainOnDelete: true }),
      });
    case "script": {
      // It goes to a host, not to the API server.
      const { provider: _, deletedWith: __, ...rest } = options;
      return target.run(step, late, rest);
    }
    default:
      return step satisfies never;
  }
}

function createChart(step: ChartStep, options: pulumi.ComponentResourceOptions): Chart {
  const { chart, repository, version, release, namespace, values } = step;
  const args = {
    chart: fromHome(chart),
    name: release,
    namespace,
    values: { ...values },
    ...(repository !== undefined && { repositoryOpts: { repo: repository } }),
    ...(version !== undefined && { version }),
  };
  return new Chart(step.name, args, options);
}

function createFile(step: FileStep, options: pulumi.ComponentResourceOptions): ConfigFile {
  return new ConfigFile(step.name, { file: fromHome(step.file) }, options);
}

/** The objects of a chart are made by the provider, so their options can only be added on the way. */
function withTransform(options: pulumi.CustomResourceOptions): pulumi.ComponentResourceOptions {
  const { parent, provider, dependsOn, deletedWith, aliases } = options;
  const transform: pulumi.ResourceTransform = ({ custom, type, props, opts }) => {
    if (!custom) return undefined;
    const shared = { ...sharedOptions(type), ...(deletedWith !== undefined && { deletedWith }) };
    return { props, opts: pulumi.mergeOptions(opts, shared) };
  };
  return {
    ...(parent !== undefined && { parent }),
    ...(provider !== undefined && { provider }),
    ...(dependsOn !== undefined && { dependsOn }),
    ...(deletedWith !== undefined && { deletedWith }),
    ...(aliases !== undefined && { aliases }),
    transforms: [transform],
  };
}

/**
 * One object of any kind. The SDK's own class for any kind gives those of the core group a type
 * that the provider refuses, and has none for single patches.
 */
class ClusterObject extends pulumi.CustomResource {
  constructor(step: ObjectStep, creation: Creation, opts: pulumi.CustomResourceOptions) {
    const { object, patch } = step;
    const type = `${typeOf(object)}${patch === true ? "Patch" : ""}`;
    const inputs = { ...withLate(step, creation.late), ...secretText(step, creation.secrets) };
    super(type, step.name, inputs, opts);
  }
}

function typeOf({ apiVersion, kind }: KubernetesObject): string {
  return `kubernetes:${apiVersion.includes("/") ? "" : "core/"}${apiVersion}:${kind}`;
}

/** @throws Error when a value that the step names is not given. */
function withLate({ name, object, late = [] }: ObjectStep, given: Late): pulumi.Inputs {
  if (late.length === 0) return { ...object };
  const absent = late.find((one) => given[one] === undefined);
  if (absent !== undefined) throw new Error(`step ${name} needs ${absent}, not given`);
  return replaced({ ...object }) as pulumi.Inputs;

  function replaced(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one)]));
    }
    const named = late.find((one) => value === `@${one}@`);
    return named === undefined ? value : given[named];
  }
}

function secretText({ name, secretData }: ObjectStep, secrets: Secrets): pulumi.Inputs {
  if (secretData === undefined) return {};
  const entries = Object.entries(secretData).map(([key, secret]) => {
    const value = secrets[secret];
    if (value === undefined) throw new Error(`step ${name} needs secret ${secret}, not given`);
    return [key, pulumi.secret(value)] as const;
  });
  return { stringData: Object.fromEntries(entries) };
}

/** Seconds between tries while the webhook of an object does not answer. */
const webhookPauses = [1, 2, 4, 8] as const;

/** A ready istiod may need seconds until every API server reaches its webhook. */
const awaitWebhook: pulumi.ErrorHookFunction = async ({ errors }) => {
  const pause = webhookPauses[errors.length - 1];
  if (pause === undefined || !/failed calling webhook/.test(errors.at(0) ?? "")) return false;
  await delay(pause * 1000);
  return true;
};

/** Options of a child of `parent` that stood at the top of its stack in earlier states, `formerly` under another name. */
export function movedInto(parent: pulumi.Resource, formerly?: string) {
  const alias = { parent: pulumi.rootStackResource };
  return { parent, aliases: [formerly === undefined ? alias : { ...alias, name: formerly }] };
}
