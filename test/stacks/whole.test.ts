import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { declarations } from "../../stacks";
import { describePlan } from "../../stacks/describe";
import { stackOfFile } from "../../stacks/file";
import { stackSchema, type JsonSchema } from "../../stacks/json-schema";
import { orderSteps } from "../../stacks/order";
import type { StackPlan } from "../../stacks/plan";
import {
  committedFile,
  containerHost,
  controlPlane,
  libvirtHost,
  localHost,
  planOf,
  root,
  stack,
  worker,
} from "../support/fixtures";

function accept(rule: string, at: string): object {
  return { rule, at, reason: `${rule} is right in a sample`, by: "the tests" };
}

const resources = { cpu: "300m", memory: "300Mi" };
const mesh = {
  version: "1.31.1",
  canaryVersion: "1.30.5",
  preset: "compact",
  controlPlane: { resources, env: { PILOT_SAMPLE: "of the mesh" } },
  redirect: "nftables",
  accessLog: "json",
  gateways: { "istio-ingressgateway": { resources } },
  values: { istiod: { sample: { of: "the operator's values" } } },
  mtls: "permissive",
  plaintextClients: [{ to: "shop/orders", from: "a caller outside" }],
  namespaces: { shop: {}, bank: { mtls: "strict", revision: "canary" } },
  services: {
    "shop/orders": {
      port: 8080,
      replicas: 3,
      selector: { app: "orders" },
      breaker: { preset: "strict" },
      canary: { v1: 90, v2: 10 },
      timeout: "2s",
      idempotent: true,
    },
  },
  workloads: { "shop/orders": { selector: { app: "orders" }, plaintextPorts: [9090] } },
  egress: {
    allow: {
      bank: {
        hosts: ["api.bank.example"],
        ports: [{ number: 443, protocol: "TLS" }],
        namespaces: ["shop"],
        owner: "the shop",
        purpose: "payments",
        country: "SE",
      },
    },
  },
  accept: [accept("egress-unenforced", "egress.allow")],
};
const charts = { source: "mirror", repository: "https://charts.example.net" };
const directory = { source: "directory", path: "/srv/charts" };

const samples: Readonly<Record<string, unknown>> = {
  sidecar: stack({
    artifacts: {
      source: "mirror",
      url: "https://mirror.example.net",
      imageRepository: "mirror.example.net/k8s",
    },
    ssh: { user: "operator" },
    hosts: {
      "cp-1": libvirtHost(),
      "cp-2": controlPlane({ bootstrap: false }),
      "cp-3": controlPlane({ bootstrap: false, address: "192.0.2.13" }),
      "worker-1": worker({ labels: { zone: "a" }, taints: ["edge=yes:NoSchedule"] }),
    },
    mesh: {
      mode: "sidecar",
      ...mesh,
      charts: { ...charts, hub: "mirror.example.net/istio" },
      proxy: { resources },
      istioCni: true,
      gatewayApi: true,
      visibleNamespaces: ["legacy"],
    },
    addons: {
      charts,
      storageClass: "topolvm",
      prometheus: {},
      grafana: {},
      kiali: {
        auth: {
          strategy: "openid",
          issuer: "https://id.example.net",
          clientId: "kiali",
          clientSecret: true,
        },
      },
      tracing: { samplingPercent: 50 },
      accept: [accept("traces-most-requests", "tracing.samplingPercent")],
    },
    loadBalancer: {
      charts,
      pools: {
        public: { mode: "l2", addresses: ["192.0.2.0/28"] },
        routed: { mode: "bgp", addresses: ["198.51.100.0/28"], peers: ["tor-1"] },
      },
      peers: { "tor-1": { address: "192.0.2.1", asn: 64512, ownAsn: 64513 } },
      accept: [accept("address-taken-twice", "pools.public.addresses.0")],
    },
  }),
  container: stack({
    artifacts: { source: "bundle", path: "/media/nordmesh" },
    kubernetes: { endpoint: "node-local", kubelet: { protectKernelDefaults: false } },
    hosts: { "node-1": containerHost() },
  }),
  "virtual machine": stack({
    artifacts: { source: "bundle", path: "/media/nordmesh" },
    hosts: { "cp-1": localHost() },
  }),
  ambient: stack({
    artifacts: { source: "internet" },
    mesh: {
      mode: "ambient",
      ...mesh,
      charts: { ...directory, hub: "example.net/istio" },
      ztunnel: { resources },
      waypoint: { resources },
    },
    addons: {
      charts: directory,
      prometheus: {},
      kiali: { auth: { strategy: "token" } },
    },
    loadBalancer: {
      charts: { source: "official" },
      pools: { public: { mode: "l2", addresses: ["192.0.2.80-192.0.2.95"] } },
    },
  }),
  ...Object.fromEntries(
    Object.keys(declarations).map((name) => [name, stackOfFile(committedFile(name))]),
  ),
  ...Object.fromEntries(
    readdirSync(join(root, "examples"))
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => [file, stackOfFile(load(readFileSync(join(root, "examples", file), "utf8")))]),
  ),
};

describe("the whole of an environment", () => {
  it("is what the samples below have between them: every section, every kind of everything", () => {
    const said = Object.values(samples).flatMap((raw) => [...factsOf(raw)]);
    const missing = [...wantedOf(stackSchema())].filter((fact) => !said.includes(fact));
    assert.deepEqual(missing, []);
  });

  for (const [name, raw] of Object.entries(samples)) {
    describe(`as declared in ${name}`, () => {
      const plan = planOf(raw, "sample");
      const text = describePlan(plan);
      const flat = flatten(text);
      const untold = (lines: readonly string[]): readonly string[] =>
        lines.filter((line) => !flat.includes(flatten(line)));

      it("is described with every step, where it runs and which secrets it gets", () => {
        const steps = orderSteps(plan).map(({ name: step, host, title, secrets }) => ({
          head: new RegExp(
            `^\\d+\\. ${escaped(step)} .*${escaped(host ?? "")}.*: ${escaped(title)}$`,
            "m",
          ),
          secrets,
        }));
        assert.deepEqual(
          steps.filter(({ head }) => !head.test(text)).map(({ head }) => head.source),
          [],
        );
        assert.deepEqual(untold(steps.flatMap(({ secrets }) => secrets)), []);
      });

      it("is described with every word that goes into the cluster", () => {
        assert.deepEqual(
          untold(plan.objects.flatMap(({ name: step, title }) => `${step}: ${title}`)),
          [],
        );
        assert.deepEqual(untold(plan.objects.flatMap(wordsOf)), []);
      });

      it("is described with every text that goes to a host", () => {
        assert.deepEqual(untold(textsOnHosts(plan)), []);
      });

      it("is described with what was accepted, by whom and why", () => {
        assert.deepEqual(untold(acceptedIn(raw)), []);
      });
    });
  }
});

/** Sections, the parts of those that may be absent, and each value that chooses a member of a union. */
function wantedOf(schema: JsonSchema): ReadonlySet<string> {
  const sections = Object.entries(schema.properties ?? {});
  const optional = sections.filter(
    ([name, section]) => schema.required?.includes(name) !== true && section.default === undefined,
  );
  const parts = optional.flatMap(([name, section]) =>
    [section, ...(section.oneOf ?? [])].flatMap(({ properties = {} }) =>
      Object.entries(properties)
        .filter(([, field]) => field.description?.startsWith("Refused: ") !== true)
        .map(([part]) => `${name}.${part}`),
    ),
  );
  return new Set([...sections.map(([name]) => name), ...parts, ...choicesIn(schema)]);
}

function choicesIn(schema: unknown, key = ""): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { const: value } = schema as JsonSchema;
  if (typeof value === "string") return [`${key}: ${value}`];
  const isPosition = (name: string): boolean => /^(\d+|anyOf|oneOf)$/.test(name);
  return Object.entries(schema).flatMap(([name, inner]) =>
    choicesIn(inner, isPosition(name) ? key : name),
  );
}

/** The same of what was written. */
function factsOf(raw: unknown): ReadonlySet<string> {
  const sections = Object.entries(raw as Readonly<Record<string, unknown>>);
  const parts = sections.flatMap(([name, section]) =>
    Object.keys(section as object).map((part) => `${name}.${part}`),
  );
  return new Set([...sections.map(([name]) => name), ...parts, ...pairsIn(raw)]);
}

function pairsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(typeof inner === "string" ? [`${key}: ${inner}`] : []),
    ...pairsIn(inner),
  ]);
}

/** Every text in a step of the cluster, line by line; which scripts a gate runs is the project's own. */
function wordsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return value.split("\n");
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "scripts" || (key === "kind" && ["chart", "file", "object"].includes(String(inner)))
      ? []
      : wordsOf(inner),
  );
}

/** Every variable of several lines; a script of the project itself is no part of the environment. */
function textsOnHosts(plan: StackPlan): readonly string[] {
  return variablesIn(plan)
    .filter(([, value]) => value.trim().includes("\n") && !value.startsWith("#!"))
    .flatMap(([name, value]) => {
      if (name !== "ARTIFACTS") return value.split("\n");
      // A bundle's own manifest says what its files must be.
      return plan.artifacts.source === "bundle" ? [] : value.split(/\s+/);
    });
}

/** What was accepted, as it was declared: an entry that finds nothing would not be described. */
function acceptedIn(raw: unknown): readonly string[] {
  if (typeof raw !== "object" || raw === null) return [];
  return Object.entries(raw).flatMap(([key, inner]: [string, unknown]) => {
    if (key !== "accept" || !Array.isArray(inner)) return acceptedIn(inner);
    return inner.map(({ at, by, reason }: Record<string, string>) => `${at}, by ${by}: ${reason}`);
  });
}

/** The variables of every step, wherever in the plan it is. */
function variablesIn(part: unknown): readonly (readonly [string, string])[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part as Readonly<Record<string, unknown>>).flatMap(([key, inner]) =>
    key === "variables" ? Object.entries(inner as Record<string, string>) : variablesIn(inner),
  );
}

function flatten(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
