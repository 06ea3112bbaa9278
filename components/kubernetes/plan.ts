/** Decides how hosts become a cluster: which steps there are, where each runs, what it waits for. */
import type { HostPlan } from "../host/plan";
import type { ScriptStep } from "../steps/step";
import { networks, type NetworkName } from "./networks";
import type { EndpointPlan } from "./endpoint";
import { bootstrapOf, clusterSteps, memberStep, type KubernetesPlanArgs } from "./members";
import { planJoinToken, planCredentials, planMember, planNodes } from "./steps";

export interface KubernetesPlan {
  /** Names of the steps for all of it. */
  readonly stepNames: ReturnType<typeof clusterSteps>;
  readonly clusterName: string;
  readonly endpoint: EndpointPlan;
  /** Name of the step that begins the cluster; without it there is none. */
  readonly birth: string;
  /** Control plane that begins the cluster, and where the steps for all of it run. */
  readonly bootstrapHost: string;
  readonly podNetwork: {
    readonly name: NetworkName;
    readonly cidr: string;
    /** References of the images it runs. */
    readonly images: readonly string[];
  };
  readonly serviceCidr: string;
  readonly dnsDomain: string;
  /** Pod Security Standard enforced where a namespace says nothing. */
  readonly podSecurity: KubernetesPlanArgs["config"]["podSecurity"];
  /** In an order in which each comes after what it waits for. */
  readonly steps: readonly ScriptStep[];
  /** Values that a living cluster cannot change, by the path of their setting. */
  readonly constants: Readonly<Record<string, string>>;
}

export function planKubernetes(args: KubernetesPlanArgs): KubernetesPlan {
  const { config, hosts, endpoint } = args;
  const first = bootstrapOf(hosts);
  return {
    stepNames: clusterSteps(args.resourceName),
    clusterName: args.clusterName,
    endpoint,
    birth: memberStep(first),
    bootstrapHost: first.name,
    podNetwork: {
      name: config.cni,
      cidr: config.podCidr,
      images: networks[config.cni].images(args),
    },
    serviceCidr: config.serviceCidr,
    dnsDomain: config.dnsDomain,
    podSecurity: config.podSecurity,
    steps: planSteps({ ...args, first }),
    constants: {
      "kubernetes.endpoint": config.endpoint,
      "kubernetes.cni": config.cni,
      "kubernetes.kubeProxy": String(config.kubeProxy),
      "kubernetes.podCidr": config.podCidr,
      "kubernetes.serviceCidr": config.serviceCidr,
      "kubernetes.dnsDomain": config.dnsDomain,
    },
  };
}

/**
 * Control planes take their turn one by one, also for changed settings: etcd admits one learner at
 * a time, and one API server at most is down. Workers go side by side.
 */
function planSteps(args: KubernetesPlanArgs & { readonly first: HostPlan }): readonly ScriptStep[] {
  const { hosts, first } = args;
  const others = hosts.filter((host) => host !== first);
  const { credentials, joinToken } = clusterSteps(args.resourceName);
  const admitted = [credentials, joinToken];
  const birth = {
    ...planMember({ ...args, host: first }),
    after: [prepared(first)],
    formerly: `${first.resource}-init`,
  };
  const controlPlanes = others
    .filter((host) => host.role === "control-plane")
    .map((host, index, all) => ({
      ...planMember({ ...args, host }),
      after: [
        ...admitted,
        prepared(host),
        ...all.slice(Math.max(0, index - 1), index).map(memberStep),
      ],
      formerly: `${host.resource}-init`,
    }));
  const workers = others
    .filter((host) => host.role === "worker")
    .map((host) => ({
      ...planMember({ ...args, host }),
      after: [...admitted, prepared(host)],
    }));
  const joins = [...controlPlanes, ...workers];
  return [
    birth,
    { ...planCredentials(args), after: [birth.name] },
    { ...planJoinToken(args), after: [birth.name] },
    ...joins,
    {
      ...planNodes(args),
      after: [joinToken, ...joins.map(({ name }) => name)],
    },
  ].map((step) => ({ ...step, after: [...new Set(step.after)] }));
  function prepared(host: HostPlan): string {
    return (host.volumesStep ?? host.node).name;
  }
}
