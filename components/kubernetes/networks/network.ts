/** What every pod network tells about itself; one file beside this one each. */
import type { ArtifactSource, ImageSet } from "../../host/artifacts";
import type { ReleaseSet } from "../../releases/release-set";
import type { RenderedFile } from "../../steps/step";
import type { EndpointPlan } from "../endpoint";

export interface NetworkArgs {
  readonly release: ReleaseSet;
  readonly artifacts: ArtifactSource;
  readonly podCidr: string;
  /** How many nodes are declared. */
  readonly nodes: number;
  /** False where the network does the work of kube-proxy. */
  readonly kubeProxy: boolean;
  /** Kernel values of every pod, by full sysctl name. */
  readonly podSysctls: Readonly<Record<string, string>>;
  /** Its `nodes` is where the network asks the API server. */
  readonly endpoint: Pick<EndpointPlan, "nodes">;
}

/** What its pods put on a node, which goes when the node leaves the cluster. */
export interface NetworkLeavings {
  /** Its configuration and its plug-in, beside those of others. */
  readonly cniFiles: readonly string[];
  /** Files and directories that it alone has. */
  readonly paths: readonly string[];
  readonly mounts: readonly string[];
  readonly links: readonly string[];
}

export interface PodNetwork {
  /** How pods reach those of other nodes. */
  readonly summary: string;
  /** Where its pods run; no Pod Security Standard holds there. */
  readonly namespace: string;
  readonly enforcesPolicies: boolean;
  /** True where it can give Services their addresses, so that no kube-proxy is needed. */
  readonly replacesKubeProxy: boolean;
  /** Set of a bundle with its images; by default the one of Kubernetes. */
  readonly imageSet?: ImageSet;
  /** Ports of every node that it listens on, TCP. */
  readonly ports: readonly number[];
  readonly leaves: NetworkLeavings;
  /** Full names of the images, as nodes ask for them. */
  images(args: Pick<NetworkArgs, "release" | "artifacts">): readonly string[];
  /** Its objects, which the first control plane applies. */
  manifest(args: NetworkArgs): RenderedFile;
}
