/** What tests ask the nodes of a cluster, and how they vary what is declared of them. */
import type { Kubectl } from "./machine";

type Fields = Record<string, unknown>;

/** `nordmesh:stack` as far as these tests vary it. */
export interface Stack extends Fields {
  readonly kubernetes: Fields;
  readonly hosts: Record<string, Fields>;
}

/** The same stack with these fields of its cluster and its hosts. */
export function declare(
  stack: Stack,
  edit: { readonly kubernetes?: Fields; readonly hosts?: Record<string, Fields> },
): Stack {
  const edited = Object.entries(edit.hosts ?? {}).map(
    ([name, fields]) => [name, { ...stack.hosts[name], ...fields }] as const,
  );
  return {
    ...stack,
    kubernetes: { ...stack.kubernetes, ...edit.kubernetes },
    hosts: { ...stack.hosts, ...Object.fromEntries(edited) },
  };
}

/** Addresses of the control planes. */
export function apiServers({ hosts }: Stack): readonly string[] {
  return Object.values(hosts)
    .filter((host) => host["role"] === "control-plane")
    .map((host) => String(host["nodeAddress"]));
}

export async function nodeNames(kubectl: Kubectl): Promise<readonly string[]> {
  const names = await kubectl.run("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}");
  return names.split(" ").sort();
}

export interface NodeFacts {
  readonly ready: string | undefined;
  readonly machine: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As they are declared, key=value:Effect; those of Kubernetes itself are left out. */
  readonly taints: readonly string[];
}

export async function readNode(kubectl: Kubectl, name: string): Promise<NodeFacts> {
  const { metadata, spec, status } = JSON.parse(
    await kubectl.run("get", "node", name, "-o", "json"),
  ) as {
    metadata: { labels: Record<string, string> };
    spec: { taints?: { key: string; value?: string; effect: string }[] };
    status: { conditions: { type: string; status: string }[]; nodeInfo: { machineID: string } };
  };
  const taints = (spec.taints ?? [])
    .filter(({ key }) => !key.startsWith("node.kubernetes.io/"))
    .map(({ key, value, effect }) => `${key}${value === undefined ? "" : `=${value}`}:${effect}`);
  const ready = status.conditions.find(({ type }) => type === "Ready")?.status;
  return { ready, machine: status.nodeInfo.machineID, labels: metadata.labels, taints };
}

/** The Pod Security Standard by which each API server refuses a pod that asks for its node. */
export async function enforcedBy(
  kubectl: Kubectl,
  addresses: readonly string[],
): Promise<readonly string[]> {
  const pod = ["run", "probe", "--image=probe", "--privileged", "--dry-run=server"];
  const found: string[] = [];
  for (const address of addresses) {
    const { error } = await kubectl.answer("--server", `https://${address}:6443`, ...pod);
    found.push(/violates PodSecurity "(\w+):/.exec(error)?.[1] ?? error);
  }
  return found;
}

/** What a kubelet says it runs with. */
export async function kubeletSettings(kubectl: Kubectl, name: string): Promise<Fields> {
  const text = await kubectl.run("get", "--raw", `/api/v1/nodes/${name}/proxy/configz`);
  return (JSON.parse(text) as { kubeletconfig: Fields }).kubeletconfig;
}
