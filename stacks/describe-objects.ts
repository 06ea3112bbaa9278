/** The mesh, and what goes into the running cluster, as text. */
import type { ClusterStep } from "../components/steps/step";
import { toYaml } from "../components/text/yaml";
import { indent, section, table } from "./layout";
import type { StackPlan } from "../components/environment/plan";

/** The mesh in words; nothing where there is none. */
export function describeMesh({ mesh, linkerd }: StackPlan): readonly string[] {
  if (linkerd !== undefined) return [section("mesh", table(linkerdRows(linkerd)))];
  if (mesh === undefined) return [];
  const rows: (readonly [string, string])[] = [
    ["mode", `${mesh.mode}, Istio ${mesh.version}, revision ${mesh.revision}`],
    ...(mesh.canary === undefined
      ? []
      : [["canary", `Istio ${mesh.canary.version}, revision ${mesh.canary.revision}`] as const]),
    ["mTLS", mesh.mtls],
    ...(mesh.trust === undefined ? [] : [trustRow(mesh.trust)]),
    ...mesh.namespaces.map(
      ({ name, mtls, revision, waypoint }) =>
        [
          `namespace ${name}`,
          `mTLS ${mtls}, revision ${revision}${waypoint ? ", with a waypoint" : ""}`,
        ] as const,
    ),
    ...mesh.services.map(
      (service) =>
        [`service ${service.namespace}/${service.name}`, serviceInWords(service)] as const,
    ),
    ...mesh.gateways.map(
      ({ name, namespace, type, ports }) =>
        [`gateway ${namespace}/${name}`, `${type}, ports ${ports.join(", ")}`] as const,
    ),
    ...egressRows(mesh.egress),
  ];
  return [section("mesh", table(rows))];
}

type Row = readonly [string, string];

function trustRow({ roots, signedBy }: NonNullable<StackPlan["linkerd"]>["trust"]): Row {
  return ["trust", `roots ${roots.join(", ")}; ${signedBy} signs`];
}

function linkerdRows(linkerd: NonNullable<StackPlan["linkerd"]>): readonly Row[] {
  const { version, replicas, mtls, trust, namespaces, services, egress } = linkerd;
  return [
    ["mode", `linkerd, ${version}, ${replicas} of each part of the control plane`],
    ["mTLS", mtls],
    trustRow(trust),
    ...namespaces.map(({ name, ...own }): Row => [
      `namespace ${name}`,
      `mTLS ${own.mtls}, callers ${own.access === "any" ? "of any kind" : "that are declared"}`,
    ]),
    ...services.map((service): Row => [
      `service ${service.namespace}/${service.name}`,
      serviceInWords({ ...service, weights: service.canary }),
    ]),
    ...egressRows(egress),
  ];
}

function egressRows({ mode, allow }: NonNullable<StackPlan["linkerd"]>["egress"]): readonly Row[] {
  return [
    ["egress", mode === "any" ? "any destination" : "only what is declared, besides the cluster"],
    ...allow.map(({ name, hosts, country, owner, purpose }): Row => [
      `egress ${name}`,
      `${hosts.join(", ")} (${country}) for ${owner}: ${purpose}`,
    ]),
  ];
}

/** Findings somebody answers for, wherever they were found; nothing where there are none. */
export function describeAccepted(plan: StackPlan): readonly string[] {
  const { mesh, linkerd, addons, loadBalancer, storage } = plan;
  const parts = { mesh: mesh ?? linkerd, addons, loadBalancer, storage };
  const rows = Object.entries(parts).flatMap(([name, part]) =>
    (part?.accepted ?? []).map(
      ({ rule, at, reason, by }) => [`${name} ${rule}`, `${at}, by ${by}: ${reason}`] as const,
    ),
  );
  return rows.length === 0 ? [] : [section("accepted findings", table(rows))];
}

interface ServiceInWords {
  readonly port: number;
  readonly protocol: string;
  readonly breaker?: unknown;
  readonly weights?: Readonly<Record<string, number>> | undefined;
  readonly timeout?: string | undefined;
  readonly attempts: number;
}

function serviceInWords(service: ServiceInWords): string {
  const { port, protocol, breaker, weights, timeout, attempts } = service;
  const versions = Object.entries(weights ?? {}).map(([version, share]) => `${share} % ${version}`);
  return [
    `${protocol} ${port}`,
    ...(breaker === undefined ? [] : ["breaker"]),
    ...(versions.length > 0 ? [versions.join(" and ")] : []),
    ...(timeout === undefined ? [] : [`timeout ${timeout}`]),
    attempts === 0 ? "no retries" : `${attempts} retries`,
  ].join(", ");
}

/** Each step with what it installs: values of a chart, or the object itself. */
export function describeObjects(steps: readonly ClusterStep[]): string {
  return steps.map((step) => `${step.name}: ${step.title}\n${indent(contentOf(step))}`).join("\n");
}

function contentOf(step: ClusterStep): string {
  switch (step.kind) {
    case "chart": {
      const from = step.repository === undefined ? "" : ` from ${step.repository}`;
      const version = step.version === undefined ? "" : ` ${step.version}`;
      const head = `# chart ${step.chart}${version}${from}, release ${step.release} in ${step.namespace}\n`;
      return Object.keys(step.values).length === 0 ? head : `${head}${toYaml(step.values)}`;
    }
    case "file":
      return `# every object of ${step.file}\n`;
    case "script":
      return Object.entries(step.values)
        .filter(([name, value]) => name !== "HOST" && value !== "")
        .map(([name, value]) => `# ${name} ${value}\n`)
        .join("");
    case "object":
      return `${remarks(step)
        .map((remark) => `# ${remark}\n`)
        .join("")}${toYaml(step.object)}`;
    default:
      return step satisfies never;
  }
}

function remarks(step: Extract<ClusterStep, { kind: "object" }>): readonly string[] {
  return [
    ...(step.patch === true ? ["only these fields of an object that others own"] : []),
    ...(step.keep === true ? ["stays when the stack lets go of it"] : []),
    ...(step.late ?? []).map((name) => `@${name}@ is what the run makes`),
    ...Object.entries(step.secretData ?? {}).map(
      ([key, secret]) => `data ${key} is the secret ${secret}`,
    ),
  ];
}
