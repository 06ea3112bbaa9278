/** Where the API server is reached: from nodes, and from operators. */
import type { HostAddresses } from "../host/machines";
import { renderUnit } from "../text/systemd";
import type { KubernetesConfig } from "./config";

export interface EndpointPlan {
  readonly kind: "node-local" | "external";
  /** host:port that nodes use. */
  readonly nodes: string;
  /** host:port of the operators' kubeconfig. */
  readonly operators: string;
  /** Names and addresses every API server's certificate holds besides its node's own, sorted. */
  readonly certificateNames: readonly string[];
  /** The load balancer on every node, HAProxy as a service; undefined for an external endpoint. */
  readonly balancer?: { readonly configuration: string; readonly unit: string };
}

/** Port of the load balancer on each node's loopback, as k0s has it (https://docs.k0sproject.io/stable/nllb/). */
export const balancerPort = 7443;
const apiPort = 6443;

interface Member extends HostAddresses {
  readonly name: string;
  readonly role: string;
}

/** `first` begins the cluster; operators reach it where nothing else is declared. */
export function planEndpoint(args: {
  readonly config: KubernetesConfig;
  readonly hosts: readonly Member[];
  readonly first: Member;
}): EndpointPlan {
  const { config, first } = args;
  const controlPlanes = args.hosts.filter((host) => host.role === "control-plane");
  const local = config.endpoint === "node-local";
  const nodes = local ? `127.0.0.1:${balancerPort}` : config.endpoint;
  const operators = config.externalEndpoint ?? (local ? first.operatorAddress : config.endpoint);
  const own = controlPlanes.map((host) => host.nodeAddress);
  const names = [nodes, operators, ...controlPlanes.map((host) => host.operatorAddress)]
    .map(hostOf)
    .filter((name) => !own.includes(name));
  return {
    kind: local ? "node-local" : "external",
    nodes,
    operators,
    certificateNames: [...new Set([...names, "127.0.0.1"])].sort(),
    ...(local && {
      balancer: { configuration: renderBalancer(controlPlanes), unit: renderBalancerUnit() },
    }),
  };
}

/**
 * TLS passes through unopened. A server takes connections while its /readyz says 200, and loses
 * those it has when it stops: a client would wait for minutes on a machine that is gone.
 */
function renderBalancer(controlPlanes: readonly Member[]): string {
  const servers = controlPlanes.map(
    ({ name, nodeAddress }) => `  server ${name} ${nodeAddress}:${apiPort}`,
  );
  return [
    "global",
    "  maxconn 4096",
    "  user haproxy",
    "  group haproxy",
    "",
    "defaults",
    "  mode tcp",
    "  option clitcpka",
    "  option srvtcpka",
    "  option redispatch",
    "  retries 3",
    "  timeout connect 5s",
    "  timeout check 5s",
    "  timeout client 24h",
    "  timeout server 24h",
    "",
    "frontend api",
    `  bind 127.0.0.1:${balancerPort}`,
    "  default_backend control-planes",
    "",
    "backend control-planes",
    "  option httpchk GET /readyz",
    "  http-check expect status 200",
    "  default-server check check-ssl verify none inter 2s fastinter 500ms downinter 1s fall 2 rise 1 on-marked-down shutdown-sessions",
    ...servers,
    "",
  ].join("\n");
}

/** It starts before the kubelet and stays while the node is drained: no pod, but a service. */
function renderBalancerUnit(): string {
  const configuration = "/etc/nordmesh/api-balancer.cfg";
  return renderUnit({
    Unit: {
      Description: "Load balancer of the Kubernetes API servers",
      Wants: "network-online.target",
      After: "network-online.target",
      Before: "kubelet.service",
    },
    Service: {
      Type: "notify",
      ExecStart: `/usr/sbin/haproxy -Ws -f ${configuration} -p /run/nordmesh-api-balancer.pid`,
      ExecReload: [`/usr/sbin/haproxy -c -q -f ${configuration}`, "/bin/kill -USR2 $MAINPID"],
      KillMode: "mixed",
      Restart: "always",
      RestartSec: "1",
      SuccessExitStatus: "143",
      LimitNOFILE: "16384",
    },
    Install: { WantedBy: "multi-user.target" },
  });
}

/** The host of `host:port`. */
export function hostOf(endpoint: string): string {
  return endpoint.replace(/:\d+$/, "");
}
