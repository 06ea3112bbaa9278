/**
 * Reads what Envoy's admin interface prints.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/operations/admin
 */
import { readBreaker } from "./breaker";
import { at, isMap, listAt, mapAt, millisecondsOf, numberAt, textAt } from "../text/json";
import type {
  EnvoyCluster,
  EnvoyEndpoint,
  EnvoyRoute,
  InboundChain,
  InboundPolicy,
  ObservedCertificate,
  ProxyConfig,
  Reading,
} from "./observed";

/** Of `GET /config_dump?include_eds`. */
export function readConfigDump(dump: unknown): Reading<ProxyConfig> {
  const clusters = section(dump, "ClustersConfigDump");
  const listeners = section(dump, "ListenersConfigDump");
  const routes = section(dump, "RoutesConfigDump");
  if (clusters === undefined || listeners === undefined) {
    return { ok: false, reason: "the proxy's config dump shows no clusters or no listeners" };
  }
  const live = listAt(listeners, "dynamic_listeners").flatMap(
    (one) => at(one, "active_state", "listener") ?? [],
  );
  const configs = [
    ...listAt(routes, "static_route_configs"),
    ...listAt(routes, "dynamic_route_configs"),
  ].map((one) => at(one, "route_config"));
  const inbound = live.find((one) => textAt(one, "name") === "virtualInbound");
  return {
    ok: true,
    value: {
      clusters: listAt(clusters, "dynamic_active_clusters").flatMap((one) =>
        clusterOf(at(one, "cluster")),
      ),
      endpoints: endpointsOf(section(dump, "EndpointsConfigDump")),
      inbound: inbound === undefined ? undefined : listAt(inbound, "filter_chains").map(chainOf),
      routes: configs.flatMap(routesOf),
      undeclared: [...undeclaredHttp(configs), ...undeclaredTcp(live)],
    },
  };
}

/** Of `GET /certs`. */
export function readCertificate(certs: unknown): Reading<ObservedCertificate> {
  const chains = listAt(certs, "certificates").flatMap((one) => listAt(one, "cert_chain"));
  const leaf = chains.find((one) => urisOf(one).length > 0);
  const validFrom = textAt(leaf, "valid_from");
  const expires = textAt(leaf, "expiration_time");
  if (leaf === undefined || validFrom === undefined || expires === undefined) {
    return { ok: false, reason: "the proxy holds no certificate with a URI and dates" };
  }
  return { ok: true, value: { uris: urisOf(leaf), validFrom, expires } };
}

/** Of `GET /clusters?format=json`. */
export function readHosts(
  answer: unknown,
): Reading<Readonly<Record<string, { total: number; ejected: number }>>> {
  if (!Array.isArray(at(answer, "cluster_statuses"))) {
    return { ok: false, reason: "the proxy's list of clusters has another form" };
  }
  const rows = listAt(answer, "cluster_statuses").map((cluster) => {
    const hosts = listAt(cluster, "host_statuses");
    const ejected = hosts.filter(
      (one) => at(one, "health_status", "failed_outlier_check") === true,
    );
    return [textAt(cluster, "name") ?? "?", { total: hosts.length, ejected: ejected.length }];
  });
  return {
    ok: true,
    value: Object.fromEntries(rows) as Record<string, { total: number; ejected: number }>,
  };
}

/** Of `GET /stats?format=json`: counters and gauges by name. */
export function readCounters(answer: unknown): Reading<Readonly<Record<string, number>>> {
  if (!Array.isArray(at(answer, "stats"))) {
    return { ok: false, reason: "the proxy's statistics have another form" };
  }
  const rows = listAt(answer, "stats").flatMap((one): [string, number][] => {
    const name = textAt(one, "name");
    const value = numberAt(one, "value");
    // Istio ends the prefix of a cluster with a semicolon, so that tags can be cut out.
    return name === undefined || value === undefined ? [] : [[name.replaceAll(";.", "."), value]];
  });
  return { ok: true, value: Object.fromEntries(rows) };
}

function section(dump: unknown, type: string): unknown {
  return listAt(dump, "configs").find((one) => textAt(one, "@type")?.endsWith(`.${type}`) === true);
}

function urisOf(certificate: unknown): readonly string[] {
  return listAt(certificate, "subject_alt_names").flatMap((one) => textAt(one, "uri") ?? []);
}

/** Clusters of services; Envoy's own, such as BlackHoleCluster, have other names. */
function clusterOf(cluster: unknown): readonly EnvoyCluster[] {
  const name = textAt(cluster, "name") ?? "";
  const [, direction, port, subset = "", host = ""] =
    /^(outbound|inbound-vip)\|(\d+)\|([^|]*)\|(.+)$/.exec(name) ?? [];
  if (direction === undefined) return [];
  const matches = listAt(cluster, "transport_socket_matches").filter(
    (one) => textAt(one, "match", "tlsMode") === "istio",
  );
  const always = tlsContext(at(cluster, "transport_socket"));
  const marked = matches.flatMap((one) => tlsContext(at(one, "transport_socket")) ?? []);
  const context = always ?? marked[0];
  return [
    {
      name,
      host,
      port: Number(port),
      subset,
      inboundVip: direction === "inbound-vip",
      tls: always !== undefined ? "always" : marked.length > 0 ? "endpoint" : "none",
      identities: identitiesOf(context),
      breaker: readBreaker(cluster),
    },
  ];
}

/** The TLS context of a transport socket, also of one inside the tunnel of a waypoint. */
function tlsContext(socket: unknown): unknown {
  const config = at(socket, "typed_config");
  const type = textAt(config, "@type") ?? "";
  if (type.endsWith("UpstreamTlsContext") || type.endsWith("DownstreamTlsContext")) return config;
  const inner = at(config, "transport_socket");
  return inner === undefined ? undefined : tlsContext(inner);
}

function identitiesOf(context: unknown): readonly string[] {
  const common = at(context, "common_tls_context");
  const validation =
    at(common, "combined_validation_context", "default_validation_context") ??
    at(common, "validation_context");
  const plain = listAt(validation, "match_subject_alt_names");
  const typed = listAt(validation, "match_typed_subject_alt_names").map((one) =>
    at(one, "matcher"),
  );
  return [...plain, ...typed].flatMap((one) => textAt(one, "exact") ?? textAt(one, "prefix") ?? []);
}

function endpointsOf(dump: unknown): readonly EnvoyEndpoint[] {
  return ["static_endpoint_configs", "dynamic_endpoint_configs"].flatMap((key) =>
    listAt(dump, key).flatMap((one) => {
      const config = at(one, "endpoint_config");
      const cluster = textAt(config, "cluster_name") ?? "?";
      return listAt(config, "endpoints").flatMap((locality) =>
        listAt(locality, "lb_endpoints").map((endpoint) => {
          const address = mapAt(endpoint, "endpoint", "address", "socket_address");
          const metadata = mapAt(endpoint, "metadata", "filter_metadata");
          return {
            cluster,
            address: `${textAt(address, "address") ?? "?"}:${numberAt(address, "port_value") ?? 0}`,
            mutualTls: textAt(metadata, "envoy.transport_socket_match", "tlsMode") === "istio",
          };
        }),
      );
    }),
  );
}

function chainOf(chain: unknown): InboundChain {
  const context = tlsContext(at(chain, "transport_socket"));
  return {
    name: textAt(chain, "name") ?? "?",
    port: numberAt(chain, "filter_chain_match", "destination_port"),
    tls: context !== undefined,
    requiresClientCertificate: at(context, "require_client_certificate") === true,
    policies: policiesOf(chain),
  };
}

/** Of the filters for bytes, and for requests, of a chain. */
function policiesOf(chain: unknown): readonly InboundPolicy[] {
  const filters = listAt(chain, "filters");
  const inside = filters.flatMap((one) => listAt(one, "typed_config", "http_filters"));
  return [...filters, ...inside].flatMap((filter) => {
    const rules = at(filter, "typed_config", "rules");
    // Envoy leaves the action out where it is ALLOW.
    const action = textAt(rules, "action") ?? "ALLOW";
    if (!isMap(rules) || (action !== "ALLOW" && action !== "DENY" && action !== "LOG")) return [];
    const names = Object.keys(mapAt(rules, "policies"));
    const found = names.flatMap((key): InboundPolicy[] => {
      const [, namespace, name] = /^ns\[(.*?)\]-policy\[(.*?)\]/.exec(key) ?? [];
      return namespace === undefined || name === undefined ? [] : [{ namespace, name, action }];
    });
    return [...new Map(found.map((one) => [`${one.namespace}/${one.name}`, one])).values()];
  });
}

function routesOf(config: unknown): readonly EnvoyRoute[] {
  return listAt(config, "virtual_hosts").flatMap((host) =>
    listAt(host, "routes").flatMap((route) => {
      const action = at(route, "route");
      if (!isMap(action)) return [];
      const single = textAt(action, "cluster");
      const weighted = listAt(action, "weighted_clusters", "clusters").map((one) => ({
        cluster: textAt(one, "name") ?? "?",
        weight: numberAt(one, "weight") ?? 0,
      }));
      const retry = at(action, "retry_policy");
      return [
        {
          domains: listAt(host, "domains").map((one) => String(one).toLowerCase()),
          weights: single === undefined ? weighted : [{ cluster: single, weight: 100 }],
          timeoutMs: millisecondsOf(textAt(action, "timeout")),
          retries: isMap(retry)
            ? {
                // Envoy leaves the number out where it is 1.
                attempts: numberAt(retry, "num_retries") ?? 1,
                perTryTimeoutMs: millisecondsOf(textAt(retry, "per_try_timeout")),
                retryOn: [
                  ...(textAt(retry, "retry_on") ?? "").split(",").filter((one) => one !== ""),
                  // Istio takes statuses out of the list that it is given.
                  ...listAt(retry, "retriable_status_codes").map(String),
                ],
              }
            : undefined,
        },
      ];
    }),
  );
}

function undeclaredHttp(configs: readonly unknown[]): readonly ("blocked" | "passed")[] {
  const names = configs.flatMap((config) =>
    listAt(config, "virtual_hosts").map((host) => textAt(host, "name")),
  );
  return names.flatMap((name) =>
    name === "allow_any" ? ["passed"] : name === "block_all" ? ["blocked"] : [],
  );
}

function undeclaredTcp(listeners: readonly unknown[]): readonly ("blocked" | "passed")[] {
  const outbound = listeners.find((one) => textAt(one, "name") === "virtualOutbound");
  const chains = [...listAt(outbound, "filter_chains"), at(outbound, "default_filter_chain")];
  const clusters = chains
    .flatMap((chain) => listAt(chain, "filters"))
    .map((filter) => textAt(filter, "typed_config", "cluster"));
  if (clusters.includes("PassthroughCluster")) return ["passed"];
  return clusters.includes("BlackHoleCluster") ? ["blocked"] : [];
}
