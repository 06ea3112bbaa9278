/** What an Istio section may have and Linkerd has not, each with the way out. */
import { refused } from "../config/refused";
import type { BreakerFieldName } from "../mesh/breaker-fields";
import type { breakerFields } from "./traffic-config";

/** Of the section itself. */
export const refusedInstall = {
  canaryVersion: refused(
    "Linkerd runs one control plane in a cluster; raise version, and restart workloads one by one",
  ),
  preset: refused(
    "Linkerd's charts ask for no CPU and memory of their own; write controlPlane.resources and proxy.resources",
  ),
  redirect: refused(
    "Linkerd has one way, iptables-nft, whose rules are those of nftables; leave it out",
  ),
  gateways: refused(
    "Linkerd has no gateways; run an ingress controller of your own in a namespace of the mesh, or choose mode sidecar or ambient",
  ),
  values: refused(
    "these are values of Istio's charts; what Linkerd is told are the fields of this section",
  ),
  istioCni: refused("this is Istio's node agent; write linkerdCni"),
  ztunnel: refused("ztunnel exists in ambient mode only; size the proxy of each pod under proxy"),
  waypoint: refused("waypoints exist in ambient mode only; each pod's proxy does this work itself"),
  visibleNamespaces: refused(
    "Linkerd's proxies ask for each Service as it is called; there is no scope to widen",
  ),
};

export const refusedControlPlane = {
  env: refused("these are variables of istiod; Linkerd's control plane takes none"),
};

export const refusedNamespace = {
  revision: refused("Linkerd runs one control plane in a cluster; there is none to choose"),
  waypoint: refusedInstall.waypoint,
};

export const refusedWorkload = {
  kind: refused("nothing is patched in a workload; leave it out"),
  proxy: refused(
    "write annotations such as config.linkerd.io/proxy-cpu-request into the pod template of the workload itself",
  ),
};

const noLimits =
  "Linkerd's proxies limit neither connections nor requests to a service; choose mode sidecar or ambient for that";
const ownPenalty =
  "Linkerd takes each backend out by itself, whatever the others do; write consecutive5xxErrors, baseEjectionTime and maxEjectionTime";

/** By field of Istio's breaker. */
const breakerReasons: Readonly<
  Record<Exclude<BreakerFieldName, keyof typeof breakerFields>, string>
> = {
  maxConnections: noLimits,
  http1MaxPendingRequests: noLimits,
  http2MaxRequests: noLimits,
  maxRequestsPerConnection: noLimits,
  maxConnectionDuration: noLimits,
  idleTimeout: noLimits,
  maxRetries: noLimits,
  retryBudgetPercent:
    "Linkerd's routes limit retries by their number alone; write retries.attempts",
  connectTimeout:
    "Linkerd has it for a whole pod: the annotation config.linkerd.io/proxy-outbound-connect-timeout of the caller",
  tcpKeepaliveTime: "Linkerd's proxies send keep-alive probes as they see fit; leave it out",
  ejection: "a breaker of Linkerd does nothing but eject; leave the breaker out",
  consecutiveGatewayErrors: "Linkerd counts every 5xx alike; write consecutive5xxErrors",
  interval: ownPenalty,
  maxEjectionPercent: ownPenalty,
  minHealthPercent: ownPenalty,
};

type Refused = ReturnType<typeof refused>;

export const refusedBreaker = {
  preset: refused(
    "there are no limits that a preset could set; write consecutive5xxErrors, baseEjectionTime and maxEjectionTime",
  ),
  consecutiveErrors: refused("Linkerd counts every 5xx alike; write consecutive5xxErrors"),
  ...(Object.fromEntries(
    Object.entries(breakerReasons).map(([name, reason]) => [name, refused(reason)]),
  ) as Readonly<Record<keyof typeof breakerReasons, Refused>>),
};
