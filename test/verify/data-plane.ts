/** A real istiod that reads an API server, and a real Envoy as a sidecar that asks it; no pod around them. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ensureTool } from "../../lab/toolchain";

export interface DataPlane {
  /** Envoy's answer to what verify asks of a proxy. */
  configDump(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts both on loopback, with their logs in `directory`. Without TLS nothing waits for certificates. */
export async function startDataPlane(args: {
  readonly directory: string;
  /** File. */
  readonly kubeconfig: string;
  /** Of the workload beside which Envoy would run. */
  readonly namespace: string;
}): Promise<DataPlane> {
  const { directory, kubeconfig, namespace } = args;
  mkdirSync(directory, { recursive: true });
  const [xds, http, monitoring, admin] = await freePorts();
  const file = (name: string): string => join(directory, name);
  writeFileSync(file("mesh.yaml"), JSON.stringify({ enableAutoMtls: false }));
  writeFileSync(file("envoy.json"), JSON.stringify(bootstrap({ namespace, xds, admin })));
  const istiod = start(await ensureTool("pilot-discovery"), {
    log: file("istiod.log"),
    env: {
      ENABLE_CA_SERVER: "false",
      // The filter for it is in Istio's build of Envoy alone.
      PILOT_ENABLE_METADATA_EXCHANGE: "false",
    },
    args: [
      "discovery",
      `--kubeconfig=${kubeconfig}`,
      `--meshConfig=${file("mesh.yaml")}`,
      `--grpcAddr=127.0.0.1:${xds}`,
      `--httpAddr=127.0.0.1:${http}`,
      `--monitoringAddr=127.0.0.1:${monitoring}`,
      "--httpsAddr=",
      "--secureGRPCAddr=",
      "--ctrlz_port=0",
    ],
  });
  const envoy = start(await ensureTool("envoy"), {
    log: file("envoy.log"),
    args: ["--config-path", file("envoy.json"), "--concurrency", "1", "--log-level", "warn"],
  });
  return {
    configDump: async () => {
      const gone = [istiod, envoy].find(({ exitCode }) => exitCode !== null);
      if (gone !== undefined) throw new Error(`${gone.spawnfile} ended, see ${directory}`);
      const answer = await fetch(`http://127.0.0.1:${admin}/config_dump?include_eds`);
      return (await answer.json()) as unknown;
    },
    stop: async () => {
      for (const child of [envoy, istiod]) await stop(child);
    },
  };
}

/** What pilot-agent would write for Envoy, cut to where it asks. */
function bootstrap(args: {
  readonly namespace: string;
  readonly xds: number;
  readonly admin: number;
}): object {
  const { namespace, xds, admin } = args;
  const http2 = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  const api = { api_type: "GRPC", transport_api_version: "V3" };
  return {
    node: {
      id: `sidecar~192.0.2.1~caller.${namespace}~${namespace}.svc.cluster.local`,
      cluster: `caller.${namespace}`,
      metadata: { NAMESPACE: namespace },
    },
    admin: { address: loopback(admin) },
    dynamic_resources: {
      ads_config: { ...api, grpc_services: [{ envoy_grpc: { cluster_name: "istiod" } }] },
      cds_config: { ads: {}, resource_api_version: "V3" },
    },
    static_resources: {
      clusters: [
        {
          name: "istiod",
          type: "STATIC",
          typed_extension_protocol_options: {
            [http2]: {
              "@type": `type.googleapis.com/${http2}`,
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
          load_assignment: {
            cluster_name: "istiod",
            endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(xds) } }] }],
          },
        },
      ],
    },
  };
}

function loopback(port: number): object {
  return { socket_address: { address: "127.0.0.1", port_value: port } };
}

function start(
  program: string,
  args: {
    readonly log: string;
    readonly args: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  },
): ChildProcess {
  const output = openSync(args.log, "a");
  return spawn(program, args.args, {
    stdio: ["ignore", output, output],
    env: { ...process.env, ...args.env },
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

async function freePorts(): Promise<[number, number, number, number]> {
  const servers = [createServer(), createServer(), createServer(), createServer()] as const;
  const listening = servers.map(
    (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined))),
  );
  await Promise.all(listening);
  const [a, b, c, d] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [a ?? 0, b ?? 0, c ?? 0, d ?? 0];
}

/** Asks until `enough` says that what was waited for is there; fails after a minute. */
export async function awaitConfig<T>(
  plane: DataPlane,
  enough: (dump: unknown) => T | undefined,
): Promise<T> {
  for (let tries = 0; tries < 120; tries += 1) {
    const dump = await plane.configDump().catch((error: unknown) => {
      if (error instanceof TypeError) return undefined;
      throw error;
    });
    const found = enough(dump);
    if (found !== undefined) return found;
    await delay(500);
  }
  throw new Error("the proxy did not get what was waited for within a minute");
}
