/** An example of a guide on containers of this computer: its file as it stands, on other hosts and addresses. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { ImageSet } from "../../../components/host/artifacts";
import { developmentMesh, root, say } from "../support/environment";
import { FiveNodes } from "../support/five-nodes";
import type { Stack } from "../support/nodes";
import type { Endpoint } from "../support/workload";

export interface GuideArgs {
  /** g0 to g4, as its file is called. */
  readonly name: string;
  /** First three numbers of the nodes' /24, which no other environment of this computer has. */
  readonly network: string;
  readonly sets: readonly ImageSet[];
  /** Sections that have no image or chart here. */
  readonly without?: readonly string[];
}

type Example = Stack & {
  readonly kubernetes: Readonly<Record<string, unknown>>;
  readonly mesh: { readonly controlPlane?: object };
  readonly loadBalancer?: { readonly pools: Readonly<Record<string, object>> };
};

export class Guide {
  private constructor(
    readonly cluster: FiveNodes,
    readonly declared: Stack,
    readonly network: string,
  ) {}

  /** Makes no node yet. */
  static async begin({ name, network, sets, without = [] }: GuideArgs): Promise<Guide> {
    const example = readExample(name);
    const named = (role: string): readonly string[] =>
      Object.keys(example.hosts).filter((host) => example.hosts[host]?.["role"] === role);
    const cluster = await FiveNodes.begin(`dev-${name}`, {
      ...{ network, sets, volumes: volumesOf(example) },
      ...{ controlPlanes: named("control-plane"), workers: named("worker") },
    });
    const charts = { source: "directory", path: cluster.environment.lab.charts };
    const { kubernetes, hosts, artifacts } = cluster.declared;
    const { endpoint: _, ...ofCluster } = example.kubernetes;
    const { loadBalancer } = example;
    const whole: Stack = {
      ...example,
      ...{ hosts, artifacts, kubernetes: { ...(kubernetes as object), ...ofCluster } },
      mesh: { ...forLabEnvoy(example.mesh), charts },
      ...(loadBalancer !== undefined && {
        loadBalancer: { charts, pools: poolsAt(loadBalancer.pools, network) },
      }),
    };
    const kept = Object.entries(whole).filter(([section]) => !without.includes(section));
    return new Guide(cluster, Object.fromEntries(kept) as Stack, network);
  }

  /** From no node to the whole example, and how long it took. */
  async up(): Promise<void> {
    const began = Date.now();
    await this.cluster.up(this.declared);
    say(`${this.cluster.environment.name} up in ${Math.round((Date.now() - began) / 1000)} s`);
  }

  /** Fails unless another run has nothing to do and verify finds everything as declared. */
  async isAsDeclared(): Promise<void> {
    const { changes } = await this.cluster.stack.preview({ refresh: true });
    assert.deepEqual(changes, []);
    say(`verify:\n${await this.cluster.verified(this.declared)}`);
  }

  end(): Promise<void> {
    return this.cluster.end();
  }
}

/** istiod must not send the lab's Envoy what only Istio's own knows. */
function forLabEnvoy(mesh: Example["mesh"]): object {
  const { controlPlane, values } = developmentMesh() as {
    readonly controlPlane: { readonly env: object };
    readonly values: object;
  };
  return { ...mesh, values, controlPlane: { ...mesh.controlPlane, env: controlPlane.env } };
}

function readExample(name: string): Example {
  const file = load(readFileSync(join(root, "examples", `Pulumi.${name}.yaml`), "utf8")) as {
    readonly config: { readonly "nordmesh:stack": Example };
  };
  return file.config["nordmesh:stack"];
}

/** GiB by host and volume. */
function volumesOf({ hosts }: Example): Record<string, Record<string, number>> {
  const rows = Object.entries(hosts).flatMap(([host, { volumes }]) => {
    const declared = Object.entries((volumes ?? {}) as Record<string, { sizeGiB: number }>);
    const sizes = declared.map(([volume, { sizeGiB }]) => [volume, sizeGiB] as const);
    return sizes.length === 0 ? [] : [[host, Object.fromEntries(sizes)] as const];
  });
  return Object.fromEntries(rows);
}

function poolsAt(pools: Readonly<Record<string, object>>, network: string): object {
  const addresses = [`${network}.200-${network}.215`];
  return Object.fromEntries(
    Object.entries(pools).map(([name, pool]) => [name, { ...pool, addresses }] as const),
  );
}

/** What a proxy counted of these endpoints. */
export function sumOf(endpoints: readonly Endpoint[]): Record<"requests" | "connections", number> {
  const sum = (of: (one: Endpoint) => number): number =>
    endpoints.reduce((all, one) => all + of(one), 0);
  return { requests: sum((one) => one.requests), connections: sum((one) => one.connections) };
}

/** Each backend's last connection, before and after, may have been used up to any count. */
export function assertRequestsPerConnection(
  declared: number,
  { before, now }: { before: readonly Endpoint[]; now: readonly Endpoint[] },
): void {
  const [first, last] = [sumOf(before), sumOf(now)];
  const opened = last.connections - first.connections;
  const needed = (last.requests - first.requests) / declared;
  const seen = `${opened} connections for ${last.requests - first.requests} requests`;
  assert.ok(Math.abs(opened - needed) <= now.length, seen);
}

/** Five standard deviations of a binomial distribution: wrong once in two million runs. */
export function assertShare(seen: number, { of, share }: { of: number; share: number }): void {
  const deviation = Math.sqrt(of * share * (1 - share));
  assert.ok(Math.abs(seen - of * share) <= 5 * deviation, `${seen} of ${of}, declared ${share}`);
}
