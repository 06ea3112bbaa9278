/** Builders of small sections whose mesh is Linkerd. */
import { LinkerdConfig } from "../../components/linkerd/config";
import type { LinkerdCluster } from "../../components/linkerd/context";
import { planLinkerd, type LinkerdPlan } from "../../components/linkerd/plan";
import type { KubernetesObject, ObjectStep } from "../../components/steps/step";
import { stack, type Fields } from "../support/fixtures";

export const facts: LinkerdCluster = {
  name: "test",
  workerNodes: 3,
  dnsDomain: "cluster.local",
  kubernetesVersion: "1.36.2",
  ranges: { podCidr: "10.244.0.0/16", serviceCidr: "10.96.0.0/12" },
};

export const destination: Fields = {
  hosts: ["api.bank.example"],
  ports: [{ number: 443, protocol: "TLS" }],
  namespaces: ["shop"],
  owner: "payments",
  purpose: "transfers",
  country: "SE",
};

/** A section with one namespace, shop, as a program writes it. */
export function section(overrides: Fields = {}): Fields {
  return { namespaces: { shop: {} }, ...overrides };
}

/** The same with one service, shop/orders. */
export function withService(service: Fields, overrides: Fields = {}): Fields {
  return section({ services: { "shop/orders": { port: 8080, ...service } }, ...overrides });
}

/** A whole environment with the section. */
export function environment(mesh: Fields, beside: Fields = {}): Fields {
  return stack({ mesh: { mode: "linkerd", ...mesh }, ...beside });
}

export function plan(written: Fields, cluster: Partial<LinkerdCluster> = {}): LinkerdPlan {
  return planLinkerd({ config: LinkerdConfig.parse(written), cluster: { ...facts, ...cluster } });
}

export function objectsOf(planned: LinkerdPlan): readonly KubernetesObject[] {
  return planned.steps
    .filter((step): step is ObjectStep => step.kind === "object")
    .map(({ object }) => object);
}

/** The object that a step makes. */
export function objectOf(planned: LinkerdPlan, name: string): KubernetesObject {
  const found = planned.steps.find((step) => step.name === name);
  if (found?.kind !== "object") throw new Error(`no object ${name}`);
  return found.object;
}

/** Values of a planned chart. */
export function valuesOf(planned: LinkerdPlan, name: string): Fields {
  const found = planned.steps.find((step) => step.name === name);
  if (found?.kind !== "chart") throw new Error(`no chart ${name}`);
  return found.values;
}

/** All that a section can say, without a finding that nobody accepted. */
export const full: Fields = {
  trust: { roots: ["2026", "2027"], signedBy: "2026" },
  accessLog: "json",
  namespaces: { shop: {}, bank: { access: "declared" }, front: { mtls: "permissive" } },
  services: {
    "shop/orders": {
      port: 80,
      targetPort: 8080,
      selector: { app: "orders" },
      callers: ["front/web", "bank"],
      breaker: { consecutive5xxErrors: 5, baseEjectionTime: "1500ms" },
      canary: { v1: 90, "2.0": 10 },
      timeout: "2s",
      retries: { attempts: 2, perTryTimeout: "300ms" },
      idempotent: true,
    },
    "bank/ledger": {
      port: 9000,
      protocol: "grpc",
      selector: { app: "ledger" },
      callers: [],
      retries: { attempts: 1, retryOn: ["unavailable", "cancelled"] },
      idempotent: true,
    },
    "bank/queue": { port: 5672, protocol: "tcp", selector: { app: "queue" }, callers: ["shop"] },
  },
  workloads: { "shop/orders": { selector: { app: "orders" }, plaintextPorts: [9090] } },
  egress: {
    allow: {
      bank: { ...destination, namespaces: ["shop", "bank"] },
      archive: {
        ...destination,
        hosts: ["db.bank.example"],
        ports: [{ number: 5432, protocol: "TCP" }],
        ranges: ["203.0.113.0/28"],
        namespaces: ["bank"],
      },
      tickets: {
        ...destination,
        hosts: ["*.tickets.example"],
        ports: [{ number: 80, protocol: "HTTP" }],
      },
    },
  },
};
