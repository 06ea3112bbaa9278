/** Explains a whole plan in text, without a network; secrets appear by name only. */
import type { HostPlan } from "../components/host/plan";
import { describeAccepted, describeMesh, describeObjects } from "./describe-objects";
import { releases } from "./releases";
import { indent, section, table } from "./layout";
import { orderSteps } from "./order";
import type { StackPlan } from "./plan";
import { planTexts } from "./texts";

/** Everything the plan will do, for people: golden-tested and printed by `npm run describe`. */
export function describePlan(plan: StackPlan): string {
  return [
    section(`environment ${plan.environment}`, describeCluster(plan)),
    section("hosts", describeHosts(plan)),
    section("kernel", describeKernel(plan)),
    section("artifacts", describeArtifacts(plan)),
    section("steps", describeSteps(plan)),
    ...describeMesh(plan),
    ...describeAccepted(plan),
    describeTexts(plan),
    ...(plan.objects.length === 0
      ? []
      : [section("objects in the cluster", describeObjects(plan.objects))]),
  ].join("\n");
}

function describeCluster({ kubernetes, release }: StackPlan): string {
  const { endpoint } = kubernetes;
  const nodes =
    endpoint.kind === "node-local"
      ? `a load balancer on every node, ${endpoint.nodes}`
      : `${endpoint.nodes} for nodes`;
  return table([
    ["release", `${release}, Kubernetes ${releases[release]?.kubernetes ?? "unknown"}`],
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
  const { artifacts, hosts, kubernetes } = plan;
  const from = {
    internet: "each from its vendor",
    mirror: artifacts.source === "mirror" ? `from the mirror ${artifacts.url}` : "",
    bundle: artifacts.source === "bundle" ? describeBundle(artifacts) : "",
  };
  const rows = artifactRows(hosts[0]?.node.variables);
  const images = kubernetes.podNetwork.images.map((image) => `image ${image}\n`);
  if (artifacts.source === "bundle") return `${from.bundle}\n`;
  return `${from[artifacts.source]}\n${rows.map(([name = "", sha = "", url = ""]) => `${name}${versionOf(plan, name)}\n  ${url}\n  sha256 ${sha}\n`).join("")}${images.join("")}`;
}

function describeSteps(plan: StackPlan): string {
  const steps = orderSteps(plan);
  return steps
    .map(({ name, host, inCluster, title, after, secrets }, index) => {
      const outside = host === undefined ? "here" : `on ${host}`;
      const where = inCluster === true ? "in the cluster" : outside;
      const rows: [string, string][] = [
        ["after", after.length === 0 ? "nothing" : after.join(", ")],
      ];
      if (secrets.length > 0) rows.push(["secrets", secrets.join(", ")]);
      return `${index + 1}. ${name} ${where}: ${title}\n${indent(table(rows))}`;
    })
    .join("");
}

function describeTexts(plan: StackPlan): string {
  const texts = planTexts(plan);
  const files = [...new Set(texts.map((text) => text.file))];
  return files
    .flatMap((file) =>
      group(texts.filter((text) => text.file === file)).map((one) => ({ file, ...one })),
    )
    .map(({ file, names, content }) => section(`${file} on ${names}`, content))
    .join("\n");
}

function machineRows(host: HostPlan): [string, string][] {
  const { machine, connection } = host;
  const key = connection.hostKey ?? "a key the stack makes";
  const ssh: [string, string] = [
    "ssh",
    `${connection.user}@${connection.host}:${connection.port}, host key ${key}`,
  ];
  switch (machine.source) {
    case "existing":
      return [["source", "existing server"], ssh];
    case "local": {
      const {
        MACHINE_CPUS: cpus,
        MACHINE_MEMORY_MIB: memory,
        MACHINE_DISK_GIB: disk,
      } = machine.variables;
      return [
        [
          "source",
          `machine on this computer: ${cpus} vCPUs, ${memory} MiB memory, ${disk} GiB disk`,
        ],
        ssh,
      ];
    }
    case "container":
      return [
        ["source", `container on this computer, tree ${machine.paths["CONTAINER_IMAGE"]}`],
        ssh,
      ];
    case "libvirt":
      return [
        [
          "source",
          `machine on hypervisor ${machine.hypervisor.host}, image ${machine.step.variables["IMAGE_URL"]}`,
        ],
        ssh,
      ];
    default:
      return machine satisfies never;
  }
}

function nodeRows(host: HostPlan): [string, string][] {
  const { variables: check } = host.preflight;
  const labels = Object.entries(host.labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  return [
    ["role", host.role],
    ["node address", host.nodeAddress],
    ["labels", labels.join(" ") || "none"],
    ["taints", host.taints.join(" ") || "none"],
    [
      "must have",
      `${check["MIN_CPUS"]} vCPUs, ${check["MIN_MEMORY_MIB"]} MiB memory, ${check["MIN_DISK_MIB"]} MiB free`,
    ],
    ["CPU flags", check["CPU_FLAGS"] ?? ""],
    ["CPU steal", `warns above ${check["WARN_STEAL"]} %, refuses above ${check["REFUSE_STEAL"]} %`],
    ["disk sync", `warns above ${check["MAX_FSYNC_MS"]} ms`],
    ["clock offset", `refuses above ${check["MAX_CLOCK_OFFSET"]} s`],
    ["free ports", check["PORTS"] ?? ""],
  ];
}

function describeBundle(bundle: {
  readonly path: string;
  readonly manifestSha256?: string | undefined;
}): string {
  const pin = bundle.manifestSha256 ?? "any: artifacts.manifestSha256 is not set";
  return `bundle at ${bundle.path} on every host\nSHA256SUMS has digest ${pin}`;
}

function artifactRows(variables: Readonly<Record<string, string>> = {}): string[][] {
  return (variables["ARTIFACTS"] ?? "").split("\n").map((row) => row.split(" "));
}

function versionOf(plan: StackPlan, name: string): string {
  const file = releases[plan.release]?.files.find((one) => one.name === name);
  return file === undefined ? "" : ` ${file.version}`;
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
