/** Puts steps into a running cluster: charts, files of manifests and single objects. */
import { setTimeout as delay } from "node:timers/promises";
import { Chart } from "@pulumi/kubernetes/helm/v4/chart";
import { Provider } from "@pulumi/kubernetes/provider";
import { ConfigFile } from "@pulumi/kubernetes/yaml/v2/configFile";
import * as pulumi from "@pulumi/pulumi";
import { fromHome } from "../text/home";
import type {
  ChartStep,
  ClusterStep,
  FileStep,
  GateStep,
  KubernetesObject,
  ObjectStep,
} from "./step";
import { sharedOptions } from "./webhooks";

export interface ClusterObjectsArgs {
  /** In an order in which each comes after what it waits for. */
  readonly steps: readonly ClusterStep[];
  readonly provider: Provider;
  /** Values of `secretData`, by the name of the stack's secret. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** What every step waits for. */
  readonly ready?: readonly pulumi.Resource[];
  /** Makes the resource of a gate; needed where a step is one. */
  readonly runGate?: RunGate;
}

export type RunGate = (step: GateStep, opts: pulumi.CustomResourceOptions) => pulumi.Resource;

export interface ClusterObjectsOptions extends pulumi.ComponentResourceOptions {
  readonly dependsOn?: pulumi.Resource | pulumi.Resource[];
}

/**
 * One child per step, under its name, that waits for the steps in `after` and for what they hold
 * to be ready. Throws when a step names one that does not come before it.
 */
export class ClusterObjects extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterObjectsArgs, opts: ClusterObjectsOptions = {}) {
    super("nordmesh:objects:ClusterObjects", name, {}, opts);
    const found = new Map<string, pulumi.Resource>();
    const webhook = webhookHook(name);
    for (const step of args.steps) {
      const waitsFor = step.after.map((earlier) => resourceOf(found, { step, earlier }));
      const { deletedWith } = opts;
      const options: pulumi.CustomResourceOptions = {
        parent: this,
        provider: args.provider,
        dependsOn: [...(args.ready ?? []), ...waitsFor],
        ...(deletedWith !== undefined && { deletedWith }),
      };
      found.set(step.name, createStep(step, { args, options, webhook }));
    }
    this.registerOutputs({});
  }
}

export interface ClusterProviderArgs {
  readonly kubeconfig: pulumi.Input<string>;
  /** What the cluster is called for ever, as `nordmesh/prod`: another one replaces every object. */
  readonly clusterIdentifier: string;
}

/** The API server that objects go to. A changed kubeconfig of the same cluster changes nothing. */
export function clusterProvider(
  name: string,
  { kubeconfig, clusterIdentifier }: ClusterProviderArgs,
  opts?: pulumi.ResourceOptions,
): Provider {
  const args = {
    kubeconfig: pulumi.secret(kubeconfig),
    clusterIdentifier,
    enableServerSideApply: true,
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    // A run that was killed between create and its state must find its own object again.
    upsertExistingObjects: true,
    // A field changed by hand belongs to whoever changed it, until it is taken back.
    enablePatchForce: true,
    // Seconds; a busy API server needs longer than the default 32 for its schema after new definitions came.
    kubeClientSettings: { timeout: 120 },
  };
  return new Provider(name, args, opts);
}

function resourceOf(
  found: ReadonlyMap<string, pulumi.Resource>,
  { step, earlier }: { readonly step: ClusterStep; readonly earlier: string },
): pulumi.Resource {
  const resource = found.get(earlier);
  if (resource !== undefined) return resource;
  throw new Error(`step ${step.name} waits for ${earlier}, which no step before it is called`);
}

interface Creation {
  readonly args: ClusterObjectsArgs;
  readonly options: pulumi.CustomResourceOptions;
  readonly webhook: pulumi.ErrorHook;
}

function createStep(step: ClusterStep, { args, options, webhook }: Creation): pulumi.Resource {
  switch (step.kind) {
    case "chart":
      return createChart(step, withTransform(options));
    case "file":
      return createFile(step, withTransform(options));
    case "object":
      return new ClusterObject(step, args.secrets, {
        ...options,
        hooks: { onError: [webhook] },
        ...(step.keep === true && { retainOnDelete: true }),
      });
    case "gate":
      return createGate(step, { args, options });
    default:
      return step satisfies never;
  }
}

function createGate(
  step: GateStep,
  { args, options }: Pick<Creation, "args" | "options">,
): pulumi.Resource {
  if (args.runGate === undefined) throw new Error(`step ${step.name} is a gate that nobody runs`);
  // It goes to a host, not to the API server.
  const { provider: _, ...rest } = options;
  return args.runGate(step, rest);
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
  const { parent, provider, dependsOn, deletedWith } = options;
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
    transforms: [transform],
  };
}

/**
 * One object of any kind. The SDK's own class for any kind gives those of the core group a type
 * that the provider refuses, and has none for single patches.
 */
class ClusterObject extends pulumi.CustomResource {
  constructor(
    step: ObjectStep,
    secrets: ClusterObjectsArgs["secrets"],
    opts: pulumi.CustomResourceOptions,
  ) {
    const { object, patch } = step;
    const type = `${typeOf(object)}${patch === true ? "Patch" : ""}`;
    super(type, step.name, { ...object, ...secretText(step, secrets) }, opts);
  }
}

function typeOf({ apiVersion, kind }: KubernetesObject): string {
  return `kubernetes:${apiVersion.includes("/") ? "" : "core/"}${apiVersion}:${kind}`;
}

function secretText(
  { name, secretData }: ObjectStep,
  secrets: ClusterObjectsArgs["secrets"],
): pulumi.Inputs {
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
function webhookHook(name: string): pulumi.ErrorHook {
  return new pulumi.ErrorHook(`${name}-webhook`, async ({ errors }) => {
    const pause = webhookPauses[errors.length - 1];
    if (pause === undefined || !/failed calling webhook/.test(errors.at(0) ?? "")) return false;
    await delay(pause * 1000);
    return true;
  });
}
