/** The environments whose graphs are tested, and how to ask a graph for an order. */
import { sshKeyPair } from "../../components/host/ssh-key";
import { stackOfFile } from "../../stacks/file";
import { committedFile, controlPlane, libvirtHost, stack, worker } from "../support/fixtures";
import {
  authority,
  bornAs,
  graphOf,
  isCommand,
  kubeconfig,
  operatorKey,
  passwordOf,
  seedOf,
  type Graph,
  type GraphRequest,
} from "../support/graph";
import type { Registered } from "../support/fake-engine";

const kvm = { address: "192.0.2.42", role: "worker", bootstrap: false };

/** The committed environments, and one whose machines the stack creates on a hypervisor. */
export const environments = {
  prod: { stack: stackOfFile(committedFile("prod")), environment: "prod" },
  dev: { stack: stackOfFile(committedFile("dev")), environment: "dev" },
  "dev-vm": { stack: stackOfFile(committedFile("dev-vm")), environment: "dev-vm" },
  libvirt: {
    stack: stack({ hosts: { "kvm-1": libvirtHost(), "kvm-2": libvirtHost(kvm) } }),
    environment: "dev",
  },
} as const satisfies Record<string, GraphRequest>;
export type Environment = keyof typeof environments;
export const environmentNames = Object.keys(environments) as readonly Environment[];

const graphs = new Map<string, Promise<Graph>>();

/** The graph of a second run, where every output is known; computed once. */
export function environmentGraph(
  name: Environment,
  run: { readonly preview?: boolean; readonly withKey?: boolean } = {},
): Promise<Graph> {
  const key = JSON.stringify([name, run]);
  const known = graphs.get(key);
  if (known !== undefined) return known;
  const graph = graphOf({
    ...environments[name],
    preview: run.preview ?? false,
    ...(run.withKey === true && { stack: admitting(environments[name].stack) }),
    ...(run.withKey === true && { sshPrivateKey: operatorKey }),
  });
  graphs.set(key, graph);
  return graph;
}

/** A machine the stack creates must know whom to let in when the key is the operator's own. */
function admitting(stack: unknown): unknown {
  const authorizedKeys = [sshKeyPair(Buffer.alloc(32).toString("base64")).publicKey];
  return { ...(stack as object), ssh: { authorizedKeys } };
}

/** A small stack of existing servers with this many workers. */
export function smallStack(workers: number): Readonly<Record<string, unknown>> {
  const rows = Array.from({ length: workers }, (_, index) => [
    `worker-${index + 1}`,
    worker({ address: `192.0.2.${21 + index}` }),
  ]);
  return stack({ hosts: { "cp-1": controlPlane(), ...Object.fromEntries(rows) } });
}

export function commandsOf(graph: Graph): readonly Registered[] {
  return graph.resources.filter(isCommand);
}

export function remoteCommandsOf(graph: Graph): readonly Registered[] {
  return graph.resources.filter(({ type }) => type === "command:remote:Command");
}

export function named(graph: Graph, name: string): Registered {
  const found = graph.resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no resource ${name}`);
  return found;
}

/** Names of every resource that is finished before this one starts. */
export function before(graph: Graph, name: string): ReadonlySet<string> {
  const byUrn = new Map(graph.resources.map((resource) => [resource.urn, resource]));
  const found = new Set<string>();
  const visit = (resource: Registered): void => {
    for (const urn of resource.dependencies) {
      const next = byUrn.get(urn);
      if (next === undefined || found.has(next.name)) continue;
      found.add(next.name);
      visit(next);
    }
  };
  visit(named(graph, name));
  return found;
}

/** Every secret that exists in these graphs, in each form it may take. */
export function secretsOf(graph: Graph): readonly string[] {
  const names = graph.resources.filter(({ type }) => type.startsWith("random:")).map(bornAs);
  const seeds = names.map(seedOf);
  return [
    ...names.map((name) => passwordOf(name).slice(0, 16)),
    ...seeds.flatMap((seed) => [
      seed.toString("base64"),
      seed.toString("hex"),
      ...(bodyOf(sshKeyPair(seed.toString("base64")).privateKey) ?? []),
    ]),
    ...bodyOf(operatorKey),
    authority,
    Buffer.from(kubeconfig).toString("base64"),
    "classified",
  ];
}

/** Lines of a private key that hold more than the format's own head. */
function bodyOf(privateKey: string): readonly string[] {
  return privateKey
    .split("\n")
    .filter((line, index) => index > 1 && /^[A-Za-z0-9+/=]{40,}$/.test(line));
}
