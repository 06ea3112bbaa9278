/** The environment the mesh tests declare, and the workloads they put into it. */
import { developmentMesh } from "./environment";
import type { KubernetesObject } from "../../../components/steps/step";
import { serverDeployment, serverService, shop } from "../../../lab/sample/sample";

/** A breaker counts in each thread of a proxy; with one thread the counts are exact. */
const oneThread = { "proxy.istio.io/config": JSON.stringify({ concurrency: 1 }) };

export const namespace = "shop";
/** A server outside the mesh, which the proxies know by name only where it is declared. */
const plainAddress = "10.96.77.77";
export const partner = { declared: "partner.example.net", undeclared: "stranger.example.net" };
const names = { [plainAddress]: Object.values(partner) };

/** Beside the sample: who asks, services of other limits before the sample's pods, and what is outside. */
export const workloads: readonly KubernetesObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "outside" } },
  ...shop(namespace),
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "prober", namespace } },
  serverDeployment({
    ...{ name: "prober", namespace, app: "prober", serviceAccount: "prober" },
    ...{ annotations: oneThread, names },
  }),
  serverService({ name: "flaky", namespace, app: "catalog" }),
  serverService({ name: "narrow", namespace, app: "customer" }),
  serverService({ name: "plain", namespace: "outside", clusterIP: plainAddress }),
  serverDeployment({ name: "plain", namespace: "outside", app: "plain" }),
  serverDeployment({ name: "stranger", namespace: "outside", app: "stranger" }),
];

export const deployments = ["catalog-v1", "catalog-v2", "customer", "prober"];

/** Declared breaker values of the two services, as tests compare them with what they see. */
export const ejection = { errors: 3, intervalSeconds: 1, seconds: 20 };

/** The mesh of Pulumi.dev.yaml, from these charts, with the services that only the tests have. */
export function testMesh(charts: string): Record<string, unknown> {
  const mesh = developmentMesh();
  return {
    ...mesh,
    charts: { source: "directory", path: charts },
    accept: [
      accepted("limit-of-one", "services.shop/narrow.breaker.maxConnections"),
      accepted("limit-of-one", "services.shop/narrow.breaker.http1MaxPendingRequests"),
      accepted("egress-unenforced", "egress.allow"),
    ],
    egress: {
      allow: {
        partner: {
          hosts: [partner.declared],
          ports: [{ number: 8080, protocol: "HTTP" }],
          namespaces: [namespace],
          owner: "tests",
          purpose: "shows that what is declared can be reached",
          country: "SE",
        },
      },
    },
    services: {
      ...(mesh["services"] as object),
      "shop/flaky": {
        port: 8080,
        replicas: 2,
        breaker: {
          consecutive5xxErrors: ejection.errors,
          interval: `${ejection.intervalSeconds}s`,
          baseEjectionTime: `${ejection.seconds}s`,
          maxEjectionPercent: 50,
        },
      },
      "shop/narrow": {
        port: 8080,
        breaker: { maxConnections: 1, http1MaxPendingRequests: 1 },
      },
    },
  };
}

/** A finding that is meant, in `mesh.accept`. */
export function accepted(rule: string, at: string): object {
  return { rule, at, reason: "a test shows what it does", by: "tests" };
}
