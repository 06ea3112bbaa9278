/** What other programs use. */
export { Addons, type AddonsArgs } from "./addons/addons";
export { LoadBalancer, type LoadBalancerArgs } from "./addons/load-balancer";
export {
  Environment,
  type EnvironmentArgs,
  type EnvironmentSecrets,
} from "./environment/environment";
export { Host } from "./host/host";
export type { ArtifactsArgs, SshArgs } from "./host/access-args";
export type { HostConfigArgs } from "./host/args";
export type { HostArgs, KubeletRefusals } from "./host/host-args";
export { KubeadmCluster } from "./kubernetes/cluster";
export type { KubernetesArgs } from "./kubernetes/args";
export type { KubeadmClusterArgs } from "./kubernetes/cluster-args";
export { Linkerd, type LinkerdArgs } from "./linkerd/linkerd";
export type { IstioChartsArgs } from "./mesh/install-args";
export { Istio, type IstioArgs } from "./mesh/istio";
export { LocalStorage, type LocalStorageArgs } from "./storage/local-storage";
export { MeshPolicies, type MeshPoliciesArgs } from "./mesh/mesh-policies";
