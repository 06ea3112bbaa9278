/** Explains a whole plan in text, without a network; secrets appear by name only. */
import type { HostPlan } from "../components/host/plan";
import { describeAccepted, describeMesh, describeObjects } from "./describe-objects";
import { releases } from "../components/releases/releases";
import { indent, section, table } from "./layout";
import { describeGuardRails } from "../components/environment/guard-rails";
import { objectsOf, stepsOf, type StackPlan } from "../components/environment/plan";
import { planArtifacts } from "../components/host/artifacts";
import { inputsOf, type Given, type RenderedFile, type Step } from "../components/steps/step";

/** Everything the plan will do, for people: golden-tested and printed by `npm run describe`. */
export function describePlan(plan: StackPlan): string {
  const objects = objectsOf(plan);
  return [
    section(`environment ${plan.environment}`, describeCluster(plan)),
    section("hosts", describeHosts(plan)),
    section("kernel", describeKernel(plan)),
    section("artifacts", describeArtifacts(plan)),
    section("steps", describeSteps(plan)),
    ...describeMesh(plan),
    ...describeAccepted(plan),
    describeTexts(plan),
    ...(objects.length === 0 ? [] : [section("objects in the cluster", describeObjects(objects))]),
  ].join("\n");
}

function describeCluster({ kubernetes, release, guardRails }: StackPlan): string {
  const { endpoint } = kubernetes;
  const nodes =
    endpoint.kind === "node-local"
      ? `a load balancer on every node, ${endpoint.nodes}`
      : `${endpoint.nodes} for nodes`;
  return table([
    ["release", `${release}, Kubernetes ${releases[release].kubernetes}`],
    ["guard rails", `${guardRails}: ${describeGuardRails(guardRails)}`],
    ["endpoint", `${nodes}; ${endpoint.operators} for operators`],
    ["pod network", `${kubernetes.podNetwork.name} on ${kubernetes.podNetwork.cidr}`],
    ["begins on", kubernetes.bootstrapHost],
  ]);
}

function describeHosts({ hosts }: StackPlan): string {
  return hosts
    .map((host) => `${host.name}\n${indent(table([...machineRows(host), ...nodeRows(host)]))}`)
    .join("");
}

/** Hosts with the same settings are described together. */
function describeKernel({ hosts }: StackPlan): string {
  const rows = hosts.map((host) => {
    const { modules, openFiles, sysctls, floors, shared } = host.kernel;
    const settings = [
      ...Object.entries(sysctls).map(([name, value]): [string, string] => [
        name,
        floors.includes(name) ? `${value} or what the host already has, if more` : value,
      ]),
      ...shared.map((name): [string, string] => [name, ofThisComputer]),
    ].sort(([a], [b]) => (a < b ? -1 : 1));
    const content = table([
      ["modules", modules.join(" ") || ofThisComputer],
      ["open files", String(openFiles)],
      ...settings,
    ]);
    return { host: host.name, content };
  });
  return group(rows)
    .map(({ names, content }) => `${names}\n${indent(content)}`)
    .join("");
}

/** A container has no kernel; showing another value here would be a promise nobody keeps. */
const ofThisComputer = "this computer's own, not set in a container";

function describeArtifacts(plan: StackPlan): string {
  const { artifacts, release, kubernetes } = plan;
  if (artifacts.source === "bundle") return `${describeBundle(artifacts)}\n`;
  const from =
    artifacts.source === "mirror" ? `from the mirror ${artifacts.url}` : "each from its vendor";
  const { files } = planArtifacts({ files: releases[release].files, from: artifacts });
  const rows = files.map(
    ({ name, version, url, sha256 }) => `${name} ${version}\n  ${url}\n  sha256 ${sha256}\n`,
  );
  const images = kubernetes.podNetwork.images.map((image) => `image ${image}\n`);
  return `${from}\n${rows.join("")}${images.join("")}`;
}

function describeSteps(plan: StackPlan): string {
  return stepsOf(plan)
    .map((step, index) => {
      const { name, title, after } = step;
      const rows: [string, string][] = [
        ["after", after.length === 0 ? "nothing" : after.join(", ")],
      ];
      const secrets = secretsOf(step);
      if (secrets.length > 0) rows.push(["secrets", secrets.join(", ")]);
      return `${index + 1}. ${name} ${whereOf(step)}: ${title}\n${indent(table(rows))}`;
    })
    .join("");
}

function whereOf(step: Step): string {
  switch (step.kind) {
    case "script":
      return step.host === undefined ? "here" : `on ${step.on ?? step.host}`;
    case "local":
    case "compare":
      return "here";
    case "chart":
    case "file":
    case "object":
      return "in the cluster";
    default:
      return step satisfies never;
  }
}

function secretsOf(step: Step): readonly string[] {
  if (step.kind === "script" || step.kind === "local") return inputsOf(step, "secret");
  return step.kind === "object" ? Object.values(step.secretData ?? {}) : [];
}

function describeTexts(plan: StackPlan): string {
  const { hosts, kubernetes } = plan;
  const texts = [
    ...hosts.flatMap(({ name, machine: { step } }) => (step ? filesOf(name, step) : [])),
    ...hosts.flatMap(({ name, node }) => filesOf(name, node)),
    ...hosts.flatMap(({ name, volumesStep }) => (volumesStep ? filesOf(name, volumesStep) : [])),
    ...kubernetes.steps.flatMap((step) => filesOf(step.host ?? "", step)),
  ];
  const names = [...new Set(texts.map(({ name }) => name))];
  return names
    .flatMap((name) =>
      group(texts.filter((text) => text.name === name)).map((one) => ({ name, ...one })),
    )
    .map(({ name, names: hostNames, content }) => section(`${name} on ${hostNames}`, content))
    .join("\n");
}

function filesOf(host: string, { files }: Given): readonly (RenderedFile & { host: string })[] {
  return Object.values(files).flatMap(({ name, content, summary = content }) =>
    content === "" ? [] : [{ host, name, content: summary }],
  );
}

function machineRows({ machine, connection }: HostPlan): [string, string][] {
  const { user, host, port, hostKey = "a key the stack makes" } = connection;
  return [
    ["source", machine.summary],
    ["ssh", `${user}@${host}:${port}, host key ${hostKey}`],
  ];
}

function nodeRows({
  role,
  nodeAddress,
  limits,
  ports,
  volumes,
  ...host
}: HostPlan): [string, string][] {
  const labels = Object.entries(host.labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  const { minVirtualCpus: cpus, minMemoryMiB: memory, minDiskFreeMiB: disk } = limits;
  const { warnStealPercent: warn, refuseStealPercent: refuse } = limits;
  return [
    ["role", role],
    ["node address", nodeAddress],
    ["labels", labels.join(" ") || "none"],
    ["taints", host.taints.join(" ") || "none"],
    ["must have", `${cpus} vCPUs, ${memory} MiB memory, ${disk} MiB free`],
    ["CPU flags", limits.cpuFlags.join(" ")],
    ["CPU steal", `warns above ${warn} %, refuses above ${refuse} %`],
    ["disk sync", `warns above ${limits.maxFsyncMilliseconds} ms`],
    ["clock offset", `refuses above ${limits.maxClockOffsetSeconds} s`],
    ["free ports", ports.join(" ")],
    ...volumes.map(({ name, device, sizeGiB }): [string, string] => [
      `volume ${name}`,
      `${sizeGiB} GiB on ${device}, a blank disk or this volume's own`,
    ]),
  ];
}

function describeBundle(bundle: {
  readonly path: string;
  readonly manifestSha256?: string | undefined;
}): string {
  const pin = bundle.manifestSha256 ?? "any: artifacts.manifestSha256 is not set";
  return `bundle at ${bundle.path} on every host\nSHA256SUMS has digest ${pin}`;
}

/** Rows of equal content become one, with the names of all their hosts. */
function group(
  rows: readonly { readonly host: string; readonly content: string }[],
): readonly { readonly names: string; readonly content: string }[] {
  const contents = [...new Set(rows.map((row) => row.content))];
  return contents.map((content) => {
    const hosts = rows.filter((row) => row.content === content).map((row) => row.host);
    return { names: [...new Set(hosts)].join(", "), content };
  });
}
