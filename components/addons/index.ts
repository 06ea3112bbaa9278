export { AddonsConfig, LoadBalancerConfig } from "./config";
export type { Finding, Judgement } from "../findings/finding";
export { planLoadBalancer, type LoadBalancerFacts, type LoadBalancerPlan } from "./metallb";
export { tracingService, type NeededSecret, type TracingTarget } from "./names";
export { planAddons, tracingTarget, type AddonsMesh, type AddonsPlan } from "./plan";
