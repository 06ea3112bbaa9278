/** A running cluster that objects go to, and what a plan must know of it. */
import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { problemsOf } from "../config/parse";
import { clusterProvider } from "./provider";
import { runHere, type Late } from "./ssh";
import type { Place } from "./place";
import type { ScriptStep } from "./step";

/** What cannot be read off its API before it is there. */
export interface ClusterFacts {
  readonly name: string;
  /** Nodes that take any pod. */
  readonly workerNodes: number;
  /** Pod network, such as flannel. */
  readonly cni: string;
  /** True where it enforces NetworkPolicies; by its name if undefined. */
  readonly enforcesPolicies?: boolean;
  readonly dnsDomain?: string;
  /** x.y.z; not checked against what a mesh supports if undefined. */
  readonly kubernetesVersion?: string;
  /** False where nothing measures pods; unknown if undefined. */
  readonly metricsServer?: boolean;
  /** Addresses that are taken, by what has them. */
  readonly taken: Readonly<Record<string, string>>;
  /** Address ranges of the cluster, by the name of their setting. */
  readonly ranges: Readonly<Record<string, string>>;
  /** Local volumes of its nodes that are mounted; none if undefined. */
  readonly volumes?: readonly LocalVolume[];
  readonly place: Place;
}

/** A folder of one node for one claim of a pod there. */
export interface LocalVolume {
  readonly node: string;
  readonly name: string;
  readonly path: string;
  readonly sizeGiB: number;
  /** True where the node takes any pod. */
  readonly open: boolean;
  /** True where the node is a control plane that keeps pods away. */
  readonly reserved: boolean;
}

export interface StepOptions extends pulumi.CustomResourceOptions {
  readonly dependsOn: pulumi.Resource[];
}

export interface ApiTarget {
  readonly facts: ClusterFacts;
  /** What names of the resources of its objects begin with, so that a program can have several clusters. */
  readonly prefix: string;
  readonly provider: Provider;
  /** What exists already, by the name of its step; whoever makes steps adds them. */
  readonly made: Map<string, pulumi.Resource>;
  /** Without it there is nothing to delete in the cluster. */
  readonly deletedWith?: pulumi.Resource | undefined;
  /** Runs a script that proves something in the cluster; `late` has what the step names in `inputs`. */
  run(step: ScriptStep, late: Late, opts: StepOptions): pulumi.Resource;
}

/** The cluster that a component installs into: one of this program, or any other by its kubeconfig. */
export interface ClusterArgs {
  /** A KubeadmCluster; or an Istio or Addons, which is then installed first. @default - set `kubeconfig` */
  readonly cluster?: { readonly target: ApiTarget } | undefined;
  /** Content of an administrator's kubeconfig, YAML; kept secret. @default - set `cluster` */
  readonly kubeconfig?: pulumi.Input<string> | undefined;
  /** Number of nodes without taints in the cluster of `kubeconfig`; only one or several matters. @default 2 */
  readonly workerNodes?: number | undefined;
  /** Pod network of the cluster; `cilium` and `calico` enforce NetworkPolicy. @default - one that does not */
  readonly cni?: string | undefined;
  /** DNS domain of the cluster. @default cluster.local */
  readonly dnsDomain?: string | undefined;
  /** Kubernetes version of the cluster, x.y.z. @default - it is not checked against what Istio supports */
  readonly kubernetesVersion?: string | undefined;
}

/** Facts of the cluster that `args` name, what is wrong with what they say of it, and the rest of them. */
export function readClusterArgs<Args extends ClusterArgs>(name: string, args: Args) {
  const { cluster, kubeconfig, workerNodes, cni, dnsDomain, kubernetesVersion, ...rest } = args;
  const own = { cluster, kubeconfig, workerNodes, cni, dnsDomain, kubernetesVersion };
  return { facts: clusterFacts(name, own), problems: checkClusterArgs(own), rest };
}

/** Facts of the cluster that `args` name. */
export function clusterFacts(name: string, args: ClusterArgs): ClusterFacts {
  if (args.cluster !== undefined) return args.cluster.target.facts;
  const { workerNodes = 2, cni = "unknown", dnsDomain, kubernetesVersion } = args;
  return {
    name,
    workerNodes,
    cni,
    ...(dnsDomain !== undefined && { dnsDomain }),
    ...(kubernetesVersion !== undefined && { kubernetesVersion }),
    taken: {},
    ranges: {},
    place: {},
  };
}

/** The cluster that `args` name; of a kubeconfig, with a provider below `parent`. */
export function targetOf(args: {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly cluster: ClusterArgs;
}): ApiTarget {
  const { name, parent, cluster } = args;
  if (cluster.cluster !== undefined) return cluster.cluster.target;
  const kubeconfig = pulumi.secret(cluster.kubeconfig ?? "");
  return {
    facts: clusterFacts(name, cluster),
    prefix: `${name}-`,
    provider: clusterProvider(`${name}-kubernetes`, { kubeconfig }, { parent }),
    made: new Map(),
    run: (step, late, opts) =>
      runHere({ step, late: { ...late, KUBECONFIG_TEXT: kubeconfig } }, opts),
  };
}

const OwnFacts = z.object({
  workerNodes: z.int().min(1).optional(),
  cni: z.string().optional(),
  dnsDomain: z.string().optional(),
  kubernetesVersion: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, "expected x.y.z")
    .optional(),
});

/** One line for each fact that has no right form, and where it is not clear which cluster is meant. */
function checkClusterArgs(args: ClusterArgs): readonly string[] {
  const { cluster, kubeconfig, ...facts } = args;
  const problems = problemsOf(OwnFacts, facts);
  if ((cluster === undefined) !== (kubeconfig === undefined)) return problems;
  const found = cluster === undefined ? "neither cluster nor kubeconfig" : "cluster and kubeconfig";
  return [...problems, `stack.cluster: ${found}; give one of them, it says where the objects go`];
}
