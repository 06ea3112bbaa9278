/** The environments of examples/, and builders of small mesh sections. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { MeshConfig } from "../../components/mesh/config";
import type { ClusterFacts } from "../../components/mesh/context";
import { planMesh, type MeshPlan } from "../../components/mesh/plan";
import { releases } from "../../components/releases/releases";
import type { KubernetesObject, ObjectStep } from "../../components/steps/step";
import { stackOfFile } from "../../stacks/file";
import { root, type Fields } from "../support/fixtures";

export const examples = ["g0", "g1", "g2", "g3", "g4"] as const;
export type Example = (typeof examples)[number];

export const facts: ClusterFacts = {
  environment: "test",
  workerNodes: 3,
  cni: "flannel",
  metricsServer: false,
};

/** The mesh section of an example, as it is written. */
export function exampleSection(name: Example): Fields {
  return exampleStack(name).mesh;
}

function exampleStack(name: Example): {
  readonly mesh: Fields;
  readonly kubernetes: { readonly cni?: string };
} {
  const file = load(readFileSync(join(root, "examples", `Pulumi.${name}.yaml`), "utf8"));
  return stackOfFile(file) as ReturnType<typeof exampleStack>;
}

export function exampleMesh(name: Example): MeshConfig {
  return MeshConfig.parse(exampleSection(name));
}

export function planExample(name: Example): MeshPlan {
  const { cni = facts.cni } = exampleStack(name).kubernetes;
  const cluster = { ...facts, cni, kubernetesVersion: releases["2026.1"].kubernetes };
  return planMesh({ config: exampleMesh(name), cluster });
}

/** A destination outside, for egress.allow of a mesh with the namespace shop. */
export const destination: Fields = {
  hosts: ["api.bank.example"],
  ports: [{ number: 443, protocol: "TLS" }],
  namespaces: ["shop"],
  owner: "payments",
  purpose: "transfers",
  country: "SE",
};

/** A sidecar mesh with one namespace, shop. */
export function sidecar(overrides: Fields = {}): Fields {
  return { mode: "sidecar", namespaces: { shop: {} }, ...overrides };
}

/** An ambient mesh with one namespace, shop. */
export function ambient(overrides: Fields = {}): Fields {
  return { mode: "ambient", namespaces: { shop: {} }, ...overrides };
}

/** A section with one service, shop/orders. */
export function withService(service: Fields, section: Fields = sidecar()): Fields {
  return { ...section, services: { "shop/orders": { port: 8080, ...service } } };
}

export function plan(section: Fields, cluster: Partial<ClusterFacts> = {}): MeshPlan {
  return planMesh({ config: MeshConfig.parse(section), cluster: { ...facts, ...cluster } });
}

/** Problems of a section that is refused, `path: message`. */
export function problemsOf(section: unknown): readonly string[] {
  const parsed = MeshConfig.safeParse(section);
  const issues = parsed.success ? [] : parsed.error.issues;
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

export function objectsOf(steps: MeshPlan["steps"]): readonly KubernetesObject[] {
  return steps.filter((step): step is ObjectStep => step.kind === "object").map((s) => s.object);
}

/** Values of a planned chart. */
export function valuesOf(planned: MeshPlan, step: string): Fields {
  const found = planned.steps.find(({ name }) => name === step);
  if (found?.kind !== "chart") throw new Error(`no chart ${step}`);
  return found.values;
}

/** The object of a planned step. */
export function objectOf(planned: MeshPlan, step: string): KubernetesObject {
  const found = planned.steps.find(({ name }) => name === step);
  if (found?.kind !== "object") throw new Error(`no object ${step}`);
  return found.object;
}
