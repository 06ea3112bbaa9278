export type { AddonsMesh, NeededSecret } from "./addon";
export { AddonsConfig, LoadBalancerConfig } from "./config";
export type { Finding, Judgement } from "../findings/finding";
export { planLoadBalancer, type LoadBalancerFacts, type LoadBalancerPlan } from "./metallb";
export { tracingService, type TracingTarget } from "./names";
export { planAddons, tracingTarget, type AddonsPlan } from "./plan";
