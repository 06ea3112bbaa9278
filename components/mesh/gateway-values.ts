/** Values of the gateway chart, one release a gateway. */
import type { JsonObject } from "../steps/step";
import { replicasOr, revisionOf, type MeshContext } from "./context";
import type { GatewayConfig } from "./install-config";
import { omitUndefined, type DraftObject } from "./json";
import { networkPolicy, resourcesOf, spread } from "./values";

const statusPort = 15021;

export function gatewayValues(
  context: MeshContext,
  { name, gateway }: { readonly name: string; readonly gateway: GatewayConfig },
): JsonObject {
  const { service } = gateway;
  const replicas = replicasOr(gateway.replicas, context.cluster);
  return omitUndefined({
    // A new control plane rolls its gateways: the image comes from the injector of this revision.
    revision: revisionOf(context.config.version),
    global: networkPolicy(context),
    // The chart's image is `auto` until the injector writes it, for which Kubernetes sets Always: a node that has
    // its images from a bundle could never start it.
    imagePullPolicy: "IfNotPresent",
    service: {
      type: service.type,
      ports: servicePorts(gateway),
      loadBalancerIP: service.loadBalancerIP,
      loadBalancerClass: service.loadBalancerClass,
      loadBalancerSourceRanges: filled(service.loadBalancerSourceRanges),
      externalTrafficPolicy: service.externalTrafficPolicy,
      annotations: Object.keys(service.annotations).length > 0 ? service.annotations : undefined,
    },
    resources: resourcesOf(gateway.resources),
    ...(replicas.min === replicas.max
      ? { autoscaling: { enabled: false }, replicaCount: replicas.min }
      : {
          autoscaling: { enabled: true, minReplicas: replicas.min, maxReplicas: replicas.max },
        }),
    podDisruptionBudget:
      replicas.min > 1 ? { minAvailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" } : undefined,
    topologySpreadConstraints: replicas.min > 1 ? spread({ app: name }) : undefined,
    nodeSelector: gateway.nodeSelector,
    tolerations: filled(gateway.tolerations),
  });
}

/** The list replaces the chart's whole one, so the health port must be in it. */
function servicePorts(gateway: GatewayConfig): readonly DraftObject[] {
  const declared = gateway.ports.map(({ name, port, targetPort, nodePort }) => ({
    name,
    port,
    protocol: "TCP",
    targetPort: targetPort ?? port,
    nodePort,
  }));
  if (declared.some(({ port }) => port === statusPort)) return declared;
  const status = { name: "status-port", port: statusPort, protocol: "TCP", targetPort: statusPort };
  return [status, ...declared];
}

function filled<One>(list: readonly One[]): readonly One[] | undefined {
  return list.length > 0 ? list : undefined;
}
