/** MetalLB: gives Services of type LoadBalancer an address and makes it known, by ARP or BGP. */
import { chartDigest } from "../steps/chart-source";
import type {
  ChartStep,
  ClusterStep,
  JsonObject,
  ObjectStep,
  ScriptStep,
  StepHead,
} from "../steps/step";
import { chartStep } from "./charts";
import type { LoadBalancerConfig } from "./config";
import { judgeFindings, type Finding, type Judgement } from "../findings/finding";
import { overlaps, type Range } from "../text/cidr";
import { sorted } from "../text/sorted";
import { isPublic, parseRange, sizeOf } from "./range";

export interface LoadBalancerPlan extends Judgement {
  /** Names of the pools. */
  readonly pools: readonly string[];
  readonly steps: readonly ClusterStep[];
}

export interface LoadBalancerFacts {
  /** Addresses that are taken, by what has them: hosts, the API server's virtual address. */
  readonly taken: Readonly<Record<string, string>>;
  /** Ranges of the cluster, by name: podCidr, serviceCidr. */
  readonly ranges: Readonly<Record<string, string>>;
}

const namespace = "metallb-system";
const namespaceStep = "loadbalancer-namespace";
const chart = "loadbalancer-metallb";
const gate = "loadbalancer-ready";

/** `config` must have passed LoadBalancerConfig. */
export function planLoadBalancer(args: {
  readonly config: LoadBalancerConfig;
  readonly cluster: LoadBalancerFacts;
}): LoadBalancerPlan {
  const { config } = args;
  const own = metallb(config);
  return {
    pools: sorted(config.pools).map(([name]) => name),
    steps: [ownNamespace(), own, gateOf(own), ...planPeers(config), ...planPools(config)],
    ...judgeFindings(findingsOf(args), config.accept),
  };
}

function ownNamespace(): ObjectStep {
  const privileged = ["enforce", "audit", "warn"].map(
    (mode) => [`pod-security.kubernetes.io/${mode}`, "privileged"] as const,
  );
  return {
    kind: "object",
    name: namespaceStep,
    title: `namespace ${namespace}; its speaker answers ARP in the host's network`,
    after: [],
    object: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: Object.fromEntries(privileged) },
    },
  };
}

/** True where FRR runs beside MetalLB. */
export function announcesByBgp({ pools }: Pick<LoadBalancerConfig, "pools">): boolean {
  return Object.values(pools).some(({ mode }) => mode === "bgp");
}

function metallb({ charts, pools }: LoadBalancerConfig): ChartStep {
  const bgp = announcesByBgp({ pools });
  return chartStep({
    source: charts,
    chart: "metallb",
    name: chart,
    title: `MetalLB${bgp ? " with FRR for BGP" : ""}`,
    after: [namespaceStep],
    release: "metallb",
    namespace,
    values: {
      // FRR runs three more containers on each node, for BGP alone.
      frrk8s: { enabled: bgp },
      speaker: {
        frr: { enabled: false },
        resources: { requests: { cpu: "25m", memory: "64Mi" }, limits: { memory: "256Mi" } },
      },
      controller: {
        priorityClassName: "system-cluster-critical",
        resources: { requests: { cpu: "25m", memory: "64Mi" }, limits: { memory: "256Mi" } },
      },
    },
  });
}

/** Until its webhook answers, the API server refuses every pool and peer. */
function gateOf(own: ChartStep): ScriptStep {
  return {
    kind: "script",
    name: gate,
    title: "MetalLB judges what is declared to it",
    after: [own.name],
    scripts: ["steps/common", "addons/load-balancer"],
    files: {},
    values: { CHART: chartDigest(own) },
    inputs: {},
    removes: false,
    timeoutSeconds: 900,
  };
}

function planPeers({ peers }: LoadBalancerConfig): readonly ObjectStep[] {
  return sorted(peers).map(([name, peer]) =>
    metallbObject(
      {
        name: `loadbalancer-peer-${name}`,
        title: `BGP session with ${peer.address}`,
        after: [gate],
      },
      {
        apiVersion: "metallb.io/v1beta2",
        kind: "BGPPeer",
        name,
        spec: {
          peerAddress: peer.address,
          peerASN: peer.asn,
          myASN: peer.ownAsn,
          ...(peer.multiHop && { ebgpMultiHop: true }),
          ...(peer.passwordSecret !== undefined && {
            passwordSecret: { name: peer.passwordSecret },
          }),
        },
      },
    ),
  );
}

function planPools({ pools }: LoadBalancerConfig): readonly ObjectStep[] {
  return sorted(pools).flatMap(([name, pool]) => {
    const step = `loadbalancer-pool-${name}`;
    return [
      metallbObject(
        { name: step, title: `addresses ${pool.addresses.join(", ")}`, after: [gate] },
        {
          apiVersion: "metallb.io/v1beta1",
          kind: "IPAddressPool",
          name,
          spec: {
            addresses: pool.addresses,
            autoAssign: pool.autoAssign,
            // Old routers take .0 and .255 for broadcast addresses.
            avoidBuggyIPs: true,
          },
        },
      ),
      metallbObject(
        {
          name: `loadbalancer-advertisement-${name}`,
          title: `pool ${name} announced by ${pool.mode === "l2" ? "ARP" : "BGP"}`,
          after: [step],
        },
        {
          apiVersion: "metallb.io/v1beta1",
          kind: pool.mode === "l2" ? "L2Advertisement" : "BGPAdvertisement",
          name,
          spec: {
            ipAddressPools: [name],
            ...(pool.mode === "l2"
              ? { ...(pool.interfaces !== undefined && { interfaces: pool.interfaces }) }
              : {
                  aggregationLength: pool.aggregationLength,
                  ...(pool.peers !== undefined && { peers: pool.peers }),
                }),
          },
        },
      ),
    ];
  });
}

function metallbObject(
  head: StepHead,
  args: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly spec: JsonObject;
  },
): ObjectStep {
  const { apiVersion, kind, name, spec } = args;
  return {
    kind: "object",
    ...head,
    object: { apiVersion, kind, metadata: { name, namespace }, spec },
  };
}

function findingsOf(args: {
  readonly config: LoadBalancerConfig;
  readonly cluster: LoadBalancerFacts;
}): readonly Finding[] {
  const { config, cluster } = args;
  const own = sorted(config.pools).flatMap(([pool, { addresses, mode }]) =>
    addresses.map((text, index) => ({
      at: `pools.${pool}.addresses.${index}`,
      value: text,
      range: parseRange(text),
      mode,
    })),
  );
  const taken = sorted({ ...cluster.taken, ...cluster.ranges }).flatMap(([name, text]) => {
    const range = parseRange(text);
    return range === undefined ? [] : [{ name, text, range }];
  });
  return own.flatMap(({ at, value, range, mode }, index): readonly Finding[] => {
    if (range === undefined) return [noAddresses(at, value)];
    const earlier = own
      .slice(0, index)
      .filter((other) => other.range !== undefined && overlaps(other.range, range));
    return [
      ...taken
        .filter((one) => overlaps(one.range, range))
        .map(({ name, text }) => collision({ at, value, with: `${text} of ${name}` })),
      ...earlier.map((other) => collision({ at, value, with: `${other.value} of ${other.at}` })),
      ...(buggyOnly(range) ? [noAddresses(at, value)] : []),
      ...(mode === "l2" && isPublic(range) ? [unreachable(at, value)] : []),
    ];
  });
}

function collision(args: {
  readonly at: string;
  readonly value: string;
  readonly with: string;
}): Finding {
  const { at, value } = args;
  return {
    rule: "address-taken-twice",
    at,
    value,
    consequence: `overlaps ${args.with}, so that two would answer for one address`,
    safe: "declare addresses that nothing else has",
  };
}

function noAddresses(at: string, value: string): Finding {
  return {
    rule: "pool-without-addresses",
    at,
    value,
    consequence: "holds no address that a Service could get",
    safe: "declare first-last with first before last, or a prefix up to /32",
  };
}

/** https://metallb.io/installation/clouds/: an ARP answer is no route where a vendor's network is virtual. */
function unreachable(at: string, value: string): Finding {
  return {
    rule: "l2-public-addresses",
    at,
    value,
    consequence:
      "is reached by nobody at most vendors of virtual servers, who send a public address to the server they gave it to and drop what another says by ARP",
    safe: "mode: bgp with the vendor's routers, or their own load balancer; accept it where they route this network to the segment of your servers",
  };
}

/** MetalLB gives out neither .0 nor .255 here. */
function buggyOnly(range: Range): boolean {
  return sizeOf(range) === 1 && [0, 255].includes(range.first % 256);
}
