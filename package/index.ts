/** The components for programs in every language: classes whose arguments Pulumi's analyzer can read. */
export { Addons, LoadBalancer, type AddonsArgs, type LoadBalancerArgs } from "./addons";
export { KubeadmCluster, type KubeadmClusterArgs } from "./cluster";
export { Environment, type EnvironmentArgs, type EnvironmentSecrets } from "./environment";
export { Host, type HostArgs } from "./host";
export { Linkerd, type LinkerdArgs } from "./linkerd";
export {
  Istio,
  MeshPolicies,
  type IstioArgs,
  type MeshPoliciesArgs,
  type TracingTarget,
} from "./mesh";
export { LocalStorage, type LocalStorageArgs } from "./storage";
