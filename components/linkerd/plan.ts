/** Every decision about Linkerd, from its configuration and a few facts about the cluster. */
import type { Judgement } from "../findings/finding";
import type { ClusterStep } from "../steps/step";
import { sorted } from "../text/sorted";
import type { TrustPlan } from "../trust/plan";
import { planInstall } from "./charts";
import type { ServiceConfig } from "./config";
import { domainOf, splitKey } from "../mesh/context";
import { replicasOf, type LinkerdContext } from "./context";
import { planEgress } from "./egress";
import type { Destination } from "./egress-checks";
import { opennessOf, planEnrolment } from "./namespaces";
import { planPolicies } from "./policies";
import { judge } from "./rules";
import { planTraffic } from "./traffic";
import { trustOf } from "./trust";

export interface LinkerdPlan extends Judgement {
  readonly version: string;
  /** Pods of each part of the control plane. */
  readonly replicas: number;
  readonly mtls: "permissive" | "strict";
  /** Last part of the names that proxies show each other. */
  readonly trustDomain: string;
  readonly trust: TrustPlan;
  /** In an order in which they can be made; `after` says what really waits. */
  readonly steps: readonly ClusterStep[];
  readonly namespaces: readonly LinkerdNamespace[];
  readonly services: readonly LinkerdService[];
  readonly egress: {
    readonly mode: "allow-list" | "any";
    readonly allow: readonly (Destination & { readonly name: string })[];
  };
}

export interface LinkerdNamespace {
  readonly name: string;
  /** As it will be, from the namespace or the mesh. */
  readonly mtls: "permissive" | "strict";
  readonly access: "any" | "declared";
}

export interface LinkerdService extends Pick<
  ServiceConfig,
  "port" | "protocol" | "callers" | "breaker" | "canary" | "timeout"
> {
  readonly namespace: string;
  readonly name: string;
  /** Tries after the first one. */
  readonly attempts: number;
}

/** `config` must have passed LinkerdConfig. */
export function planLinkerd(context: LinkerdContext): LinkerdPlan {
  const { config, cluster } = context;
  return {
    version: config.version,
    replicas: replicasOf(context),
    mtls: config.mtls,
    trustDomain: domainOf(cluster),
    trust: trustOf(context),
    steps: [
      ...planInstall(context),
      ...planEnrolment(context),
      ...planTraffic(context),
      ...planPolicies(context),
      ...planEgress(context),
    ],
    namespaces: Object.keys(config.namespaces)
      .sort()
      .map((name) => ({ name, ...opennessOf(config, name) })),
    services: sorted(config.services).map(([key, service]) => {
      const { port, protocol, callers, breaker, canary, timeout, retries } = service;
      const declared = { port, protocol, callers, breaker, canary, timeout };
      return { ...splitKey(key), ...declared, attempts: retries?.attempts ?? 0 };
    }),
    egress: {
      mode: config.egress.mode,
      allow: sorted(config.egress.allow).map(([name, one]) => ({ name, ...one })),
    },
    ...judge(context),
  };
}
