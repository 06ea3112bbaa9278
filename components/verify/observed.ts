/** What was found on a live cluster, as plain data; the checks see nothing else of it. */
import type { BreakerInUse } from "./breaker";

/** A thing that was read, or why it could not be. */
export type Reading<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export interface Named {
  readonly namespace: string;
  readonly name: string;
}

export interface ObservedDeployment extends Named {
  readonly labels: Readonly<Record<string, string>>;
  readonly replicas: number;
  readonly ready: number;
  readonly images: readonly string[];
}

export interface ObservedDaemonSet extends Named {
  readonly desired: number;
  readonly ready: number;
  readonly images: readonly string[];
}

export interface ObservedWebhook {
  /** Name of the configuration and, after a slash, of the webhook in it. */
  readonly name: string;
  readonly hasCaBundle: boolean;
  readonly service: Named | undefined;
}

export interface ObservedPort {
  readonly port: number;
  /** Number, or name of a container port. */
  readonly targetPort: string;
}

export interface ObservedService extends Named {
  readonly type: string;
  readonly headless: boolean;
  readonly ports: readonly ObservedPort[];
  readonly selector: Readonly<Record<string, string>>;
  readonly addresses: readonly string[];
  /** Endpoints that are ready. */
  readonly endpoints: number;
}

export interface ProxyContainer {
  readonly image: string;
  readonly ready: boolean;
}

export interface ObservedPod extends Named {
  /** Deployment, StatefulSet or DaemonSet it belongs to; its own name where none does. */
  readonly workload: string;
  readonly node: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ready: boolean;
  readonly hostNetwork: boolean;
  /** Container or native init container istio-proxy. */
  readonly proxy: ProxyContainer | undefined;
  /** TCP ports of the application's containers; name empty where there is none. */
  readonly ports: readonly { readonly name: string; readonly port: number }[];
}

export interface EnvoyCluster {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly subset: string;
  readonly inboundVip: boolean;
  /** `endpoint`: TLS to endpoints that are marked as able to (automatic mutual TLS). */
  readonly tls: "always" | "endpoint" | "none";
  /** SPIFFE names accepted from the server. */
  readonly identities: readonly string[];
  readonly breaker: BreakerInUse;
}

export interface EnvoyEndpoint {
  readonly cluster: string;
  readonly address: string;
  readonly mutualTls: boolean;
}

export interface InboundChain {
  readonly name: string;
  /** Undefined: every other port. */
  readonly port: number | undefined;
  readonly tls: boolean;
  readonly requiresClientCertificate: boolean;
  /** AuthorizationPolicies in use, for bytes or for requests. */
  readonly policies: readonly InboundPolicy[];
}

export interface InboundPolicy extends Named {
  readonly action: "ALLOW" | "DENY" | "LOG";
}

export interface EnvoyRoute {
  /** Names of the virtual host, lower case. */
  readonly domains: readonly string[];
  readonly weights: readonly { readonly cluster: string; readonly weight: number }[];
  readonly timeoutMs: number | undefined;
  readonly retries:
    | {
        readonly attempts: number;
        readonly perTryTimeoutMs: number | undefined;
        readonly retryOn: readonly string[];
      }
    | undefined;
}

/** From `config_dump?include_eds` of one proxy. */
export interface ProxyConfig {
  readonly clusters: readonly EnvoyCluster[];
  readonly endpoints: readonly EnvoyEndpoint[];
  /** Undefined: the proxy has no listener of that name. */
  readonly inbound: readonly InboundChain[] | undefined;
  readonly routes: readonly EnvoyRoute[];
  /** What happens to a host nobody declared, for HTTP and for TCP. */
  readonly undeclared: readonly ("blocked" | "passed")[];
}

export interface ObservedCertificate {
  readonly uris: readonly string[];
  readonly validFrom: string;
  readonly expires: string;
}

export interface ObservedProxy extends Named {
  readonly certificate: Reading<ObservedCertificate>;
  /** Read from one pod of each workload. */
  readonly config: Reading<ProxyConfig> | undefined;
  /** Endpoints by cluster name: how many there are and how many are ejected now. */
  readonly hosts: Reading<Readonly<Record<string, { total: number; ejected: number }>>> | undefined;
  readonly counters: Reading<Readonly<Record<string, number>>> | undefined;
}

/** What the API server, a client outside the mesh, got from a pod in plain text. */
export type PlaintextAnswer =
  | { readonly kind: "answered"; readonly detail: string }
  | { readonly kind: "broken"; readonly detail: string }
  | { readonly kind: "nothing-listens"; readonly detail: string }
  | { readonly kind: "unknown"; readonly detail: string };

export interface ObservedProbe extends Named {
  readonly port: number;
  readonly answer: PlaintextAnswer;
}

export interface AnalyzerMessage {
  readonly code: string;
  readonly level: string;
  readonly origin: string;
  readonly message: string;
}

export interface ZtunnelWorkload extends Named {
  readonly protocol: string;
}

export interface ObservedMesh {
  /** When the cluster was read, RFC 3339. */
  readonly time: string;
  readonly deployments: Reading<readonly ObservedDeployment[]>;
  readonly daemonSets: Reading<readonly ObservedDaemonSet[]>;
  readonly webhooks: Reading<readonly ObservedWebhook[]>;
  /** Names of CustomResourceDefinitions that are established. */
  readonly crds: Reading<readonly string[]>;
  readonly services: Reading<readonly ObservedService[]>;
  readonly pods: Reading<readonly ObservedPod[]>;
  readonly nodes: Reading<readonly { readonly name: string; readonly controlPlane: boolean }[]>;
  readonly proxies: readonly ObservedProxy[];
  readonly probes: readonly ObservedProbe[];
  readonly ztunnel: Reading<readonly ZtunnelWorkload[]>;
  readonly analyzer: Reading<readonly AnalyzerMessage[]>;
}
