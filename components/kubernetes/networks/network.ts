/** What every pod network tells about itself; one file beside this one each. */
import type { ArtifactSource, ImageSet } from "../../host/artifacts";
import type { ReleaseSet } from "../../releases/release-set";
import type { RenderedFile } from "../../steps/step";
import type { EndpointPlan } from "../endpoint";

export interface NetworkArgs {
  readonly release: ReleaseSet;
  readonly artifacts: ArtifactSource;
  readonly podCidr: string;
  /** Kernel values of every pod, by full sysctl name. */
  readonly podSysctls: Readonly<Record<string, string>>;
  /** Its `nodes` is where the network asks the API server. */
  readonly endpoint: Pick<EndpointPlan, "nodes">;
}

export interface PodNetwork {
  /** How pods reach those of other nodes. */
  readonly summary: string;
  /** Where its pods run; no Pod Security Standard holds there. */
  readonly namespace: string;
  readonly enforcesPolicies: boolean;
  /** Set of a bundle with its images; by default the one of Kubernetes. */
  readonly imageSet?: ImageSet;
  /** Full names of the images, as nodes ask for them. */
  images(args: Pick<NetworkArgs, "release" | "artifacts">): readonly string[];
  /** Its objects, which the first control plane applies. */
  manifest(args: NetworkArgs): RenderedFile;
}
