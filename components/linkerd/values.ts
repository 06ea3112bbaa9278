/** Values of Linkerd's charts. */
import type { JsonObject } from "../steps/step";
import type { Resources } from "../mesh/fields";
import { omitUndefined, type DraftObject } from "../mesh/json";
import { officialHub, type LinkerdConfig } from "./config";
import { domainOf } from "../mesh/context";
import { replicasOf, type LinkerdContext } from "./context";
import { inboundPolicy } from "./namespaces";
import { webhooks } from "./webhooks";

export function crdsValues({ config }: LinkerdContext): JsonObject {
  return { installGatewayAPI: config.gatewayApi };
}

export function cniValues({ config }: LinkerdContext): JsonObject {
  return omitUndefined({
    image: imageOf(config, "cni-plugin"),
    // A pod that a node starts before its plug-in is in place would wait for ever without this.
    repairController: { enabled: true },
    priorityClassName: "system-node-critical",
  });
}

export function controlPlaneValues(context: LinkerdContext): JsonObject {
  const { config, cluster } = context;
  const hub = hubOf(config);
  const networks = Object.values(cluster.ranges);
  const component = resourcesOr(config.controlPlane.resources, { cpu: "100m", memory: "50Mi" });
  return omitUndefined({
    // Charts out of the repository name none, those that are published the same.
    linkerdVersion: config.version,
    controllerImage: hub === undefined ? undefined : `${hub}/controller`,
    debugContainer: nested("image", imageOf(config, "debug")),
    clusterDomain: domainOf(cluster),
    // What is in none of them is outside, where egress is judged.
    clusterNetworks: networks.length > 0 ? networks.join(",") : undefined,
    cniEnabled: config.linkerdCni,
    identity: { externalCA: true, issuer: { scheme: "kubernetes.io/tls" } },
    // Identity reads the roots as it starts, and must know one before an issuer of it comes.
    podAnnotations: { "nordmesh.dev/trust-roots": [...config.trust.roots].sort().join(",") },
    ...availability(replicasOf(context)),
    // A pod that started without a proxy would have no identity and be outside of every policy.
    webhookFailurePolicy: "Fail",
    // It tells the vendor the version and the cluster's id once a day.
    disableHeartBeat: true,
    proxy: {
      image: imageOf(config, "proxy"),
      defaultInboundPolicy: inboundPolicy(config),
      accessLog: { off: undefined, text: "apache", json: "json" }[config.accessLog],
      resources: resourcesOr(config.proxy.resources, { cpu: "100m", memory: "20Mi" }),
    },
    destinationResources: component,
    identityResources: component,
    proxyInjectorResources: component,
    spValidatorResources: component,
    policyController: { resources: component },
    ...Object.fromEntries(webhooks.map(({ value, secret }) => [value, ownCertificate(secret)])),
  });
}

/** Helm would make another certificate each time it renders; the annotation it gets instead is read by nobody here. */
function ownCertificate(secret: string): JsonObject {
  return { externalSecret: true, injectCaFromSecret: `linkerd/${secret}` };
}

/** charts/linkerd-control-plane/values-ha.yaml; of two pods a quarter is none, and no rollout would begin. */
function availability(replicas: number): DraftObject {
  if (replicas === 1) return { controllerReplicas: 1 };
  return {
    controllerReplicas: replicas,
    highAvailability: true,
    enablePodAntiAffinity: true,
    enablePodDisruptionBudget: true,
    deploymentStrategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: "25%" } },
  };
}

/** Defaults are those of values-ha.yaml, whose limit of memory all have alike. */
function resourcesOr(
  declared: Resources | undefined,
  otherwise: { readonly cpu: string; readonly memory: string },
): JsonObject {
  const { cpu, memory, cpuLimit, memoryLimit } = declared ?? { ...otherwise, memoryLimit: "250Mi" };
  return omitUndefined({
    cpu: { request: cpu, limit: cpuLimit },
    memory: { request: memory, limit: memoryLimit },
  });
}

function hubOf({ charts }: LinkerdConfig): string | undefined {
  return charts.source === "official" || charts.hub === officialHub ? undefined : charts.hub;
}

function imageOf(config: LinkerdConfig, program: string): DraftObject | undefined {
  const hub = hubOf(config);
  return hub === undefined ? undefined : { name: `${hub}/${program}` };
}

function nested(key: string, value: DraftObject | undefined): DraftObject | undefined {
  return value === undefined ? undefined : { [key]: value };
}
