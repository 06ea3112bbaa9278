export { AddonsConfig, LoadBalancerConfig } from "./config";
export { announcesByBgp, planLoadBalancer, type LoadBalancerFacts, type LoadBalancerPlan } from "./metallb";
export { needsMesh, planAddons, tracingTarget, type AddonsPlan } from "./plan";
