/** Local volumes of nodes for claims of pods, without a provisioner. */
import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "../config/parse";
import { warnOf } from "../findings/warn";
import { createObjects } from "../steps/objects";
import { placeSteps } from "../steps/place";
import {
  readClusterArgs,
  targetOf,
  type ApiTarget,
  type ClusterArgs,
  type LocalVolume,
} from "../steps/target";
import { sorted } from "../text/sorted";
import type { LocalStorageConfigArgs } from "./args";
import { LocalStorageConfig } from "./config";
import { planStorage, type StoragePlan } from "./plan";

/** The StorageClass, the volumes, and their cluster. */
export type LocalStorageArgs = LocalStorageConfigArgs & ClusterArgs;

/** Storage whose plan is made. */
export interface PlannedStorage {
  readonly plan: StoragePlan;
  readonly target: ApiTarget;
}

/**
 * Local volumes of nodes as PersistentVolumes, and their StorageClass; there is no provisioner.
 *
 * The constructor throws ConfigError with one line per invalid argument before anything is registered.
 *
 * @example
 * new LocalStorage("local", { kubeconfig, volumes: { "worker-1": { metrics: { path: "/mnt/metrics", sizeGiB: 100 } } } });
 */
export class LocalStorage extends pulumi.ComponentResource {
  /** Name of the StorageClass. */
  readonly className: pulumi.Output<string>;

  /**
   * Checks the arguments without registering a resource, for unit tests.
   *
   * @throws ConfigError with one line per problem, as the constructor does.
   */
  static check(name: string, args: LocalStorageArgs): void {
    planFromArgs(name, args);
  }

  constructor(
    name: string,
    args: LocalStorageArgs | PlannedStorage,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const plan = "plan" in args ? args.plan : planFromArgs(name, args);
    super("nordmesh:storage:LocalStorage", name, {}, opts);
    const target = "plan" in args ? args.target : targetOf({ name, parent: this, cluster: args });
    createObjects({ parent: this, steps: plan.steps, target });
    if (!("plan" in args)) warnOf(this, plan);
    this.className = pulumi.output(plan.className);
    this.registerOutputs({ className: this.className });
  }
}

function planFromArgs(name: string, args: LocalStorageArgs): StoragePlan {
  const { facts, problems, rest: raw } = readClusterArgs(name, args);
  const { volumes: mounted = [] } = facts;
  const check = (): readonly string[] => [
    ...problems,
    ...(raw.volumes === undefined && mounted.length === 0
      ? ["stack.volumes: missing, and no host of the cluster declares one; give at least one"]
      : []),
  ];
  const config = parseConfig({ schema: LocalStorageConfig, raw, root: "args", check });
  const volumes = config.volumes === undefined ? mounted : declared(config.volumes);
  return placeSteps(planStorage({ config, volumes }), facts.place);
}

/** What taints such nodes have is not known. */
function declared(nodes: NonNullable<LocalStorageConfig["volumes"]>): readonly LocalVolume[] {
  return sorted(nodes).flatMap(([node, volumes]) =>
    sorted(volumes).map(([name, { path, sizeGiB }]) => ({
      node,
      name,
      path,
      sizeGiB,
      open: true,
      reserved: false,
    })),
  );
}
