/** An example of a guide on containers of this computer: its file as it stands, on other hosts and addresses. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { ImageSet } from "../../../components/host/artifacts";
import { developmentMesh, root, say } from "../support/environment";
import { FiveNodes } from "../support/five-nodes";
import type { Stack } from "../support/nodes";
import { sumOf, type Endpoint, type Workloads } from "../support/workload";

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

/** A burst of forty callers at once, of whom a queue of one turns some away; the caller's proxy counts them by `counter`. */
export async function assertTurnsAway(
  workloads: Workloads,
  { url, counter }: { readonly url: string; readonly counter: string },
): Promise<void> {
  const before = await workloads.counter("prober", counter);
  const { codes } = await workloads.load({ from: "prober", url, requests: 400, connections: 40 });
  const overflow = (await workloads.counter("prober", counter)) - before;
  say(`answers ${JSON.stringify(codes)}, ${overflow} turned away at the caller`);
  assert.ok(overflow > 0);
  assert.ok((codes["503"] ?? 0) >= overflow);
}
