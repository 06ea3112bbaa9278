export { AddonsConfig, LoadBalancerConfig } from "./config";
export {
  announcesByBgp,
  planLoadBalancer,
  type LoadBalancerFacts,
  type LoadBalancerPlan,
} from "./metallb";
export { checkAddonsOf, needsMesh, planAddons, tracingTarget, type AddonsPlan } from "./plan";
