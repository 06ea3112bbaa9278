export { AddonsConfig, LoadBalancerConfig } from "./config";
export { planLoadBalancer, type LoadBalancerFacts, type LoadBalancerPlan } from "./metallb";
export { planAddons, tracingTarget, type AddonsPlan } from "./plan";
