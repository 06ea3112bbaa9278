/** Facts and names that every part of a plan of Linkerd shares. */
import type { LinkerdConfig } from "./config";

/** What Linkerd must know about the cluster it goes into. */
export interface LinkerdCluster {
  /** Name of the cluster or environment. */
  readonly name: string;
  /** Nodes that take any pod. */
  readonly workerNodes: number;
  /** Default cluster.local. */
  readonly dnsDomain?: string;
  /** x.y or x.y.z; not checked against Linkerd's range if undefined. */
  readonly kubernetesVersion?: string;
  /** Address ranges of pods and Services, by the name of their setting; every private one if it has none. */
  readonly ranges: Readonly<Record<string, string>>;
}

export interface LinkerdContext {
  readonly config: LinkerdConfig;
  readonly cluster: LinkerdCluster;
}

/** Linkerd's identities have the name of its namespace in them, so there is nothing to choose. */
export const rootNamespace = "linkerd";
export const cniNamespace = "linkerd-cni";

/** Pods of each part; the chart wants every one on a node of its own, and three are what Linkerd calls high availability. */
export function replicasOf({ config, cluster }: LinkerdContext): number {
  return config.controlPlane.replicas?.min ?? Math.min(3, Math.max(1, cluster.workerNodes));
}

/** Permanent resource names; a dot parts two keys, as neither can contain one. */
export const stepName = {
  rootNamespace: "linkerd-namespace-linkerd",
  cniNamespace: "linkerd-namespace-linkerd-cni",
  crds: "linkerd-crds",
  cni: "linkerd-cni",
  roots: "linkerd-roots",
  rootsKnown: "linkerd-roots-known",
  issuer: "linkerd-issuer",
  controlPlane: "linkerd-control-plane",
  ready: "linkerd-ready",
  webhookCertificate: (webhook: string) => `linkerd-certificate-${webhook}`,
  webhookAuthority: (webhook: string) => `linkerd-authority-${webhook}`,
  namespace: (name: string) => `linkerd-namespace-${name}`,
  inject: (namespace: string) => `linkerd-inject-${namespace}`,
  service: (key: string, part: string) => `linkerd-service-${key.replace("/", ".")}.${part}`,
  callers: (key: string, part: string) => `linkerd-callers-${key.replace("/", ".")}.${part}`,
  metrics: (namespace: string) => `linkerd-metrics-${namespace}`,
  plaintext: (key: string, port: number) => `linkerd-plaintext-${key.replace("/", ".")}.${port}`,
  network: (namespace: string) => `linkerd-network-${namespace}`,
  egress: (namespace: string, name: string, part: string) =>
    `linkerd-egress-${namespace}.${name}.${part}`,
} as const;
