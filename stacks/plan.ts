/** Every decision about an environment, made once, from its parsed configuration alone. */
import { planHost, type HostPlan } from "../components/host/plan";
import { planKubernetes, type KubernetesPlan } from "../components/kubernetes/plan";
import { releases } from "./releases";
import type { StackConfig } from "./schema";

export interface StackPlan {
  /** Name of the environment. */
  readonly environment: string;
  readonly release: string;
  /** Where artifacts come from, in words. */
  readonly artifacts: StackConfig["artifacts"];
  /** Sorted by name: the order in the YAML file means nothing. */
  readonly hosts: readonly HostPlan[];
  readonly kubernetes: KubernetesPlan;
}

/** `config` must have passed parseStack: exactly one bootstrap host, a known release. */
export function planStack(args: {
  readonly environment: string;
  readonly config: StackConfig;
}): StackPlan {
  const { environment, config } = args;
  const release = releases[config.release];
  if (release === undefined) throw new Error(`unknown release ${config.release}`);
  const clusterId = `nordmesh/${environment}`;
  const imageRepository =
    config.artifacts.source === "mirror" ? config.artifacts.imageRepository : "registry.k8s.io";
  const around = {
    clusterId,
    release,
    artifacts: config.artifacts,
    sshUser: config.ssh.user,
    authorizedKeys: config.ssh.authorizedKeys,
    connectAttempts: config.ssh.connectAttempts,
    imageRepository,
  };
  const hosts = Object.entries(config.hosts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, host]) => planHost({ name, config: host, around }));
  return {
    environment,
    release: release.name,
    artifacts: config.artifacts,
    hosts,
    kubernetes: planKubernetes({
      config: config.kubernetes,
      clusterName: environment,
      clusterId,
      release,
      artifacts: config.artifacts,
      imageRepository,
      hosts,
    }),
  };
}
