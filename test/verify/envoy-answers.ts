/** Answers of Envoy's admin interface, in its own words, cut to what is read of them. */
const host = "ledger.payments.svc.cluster.local";

const tlsSocket = {
  name: "envoy.transport_sockets.tls",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
    common_tls_context: {
      alpn_protocols: ["istio"],
      combined_validation_context: {
        default_validation_context: {
          match_subject_alt_names: [{ exact: "spiffe://cluster.local/ns/payments/sa/ledger" }],
        },
        validation_context_sds_secret_config: { name: "ROOTCA" },
      },
    },
    sni: `outbound_.8080_._.${host}`,
  },
};

const rawBuffer = {
  name: "envoy.transport_sockets.raw_buffer",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer",
  },
};

const cluster = {
  "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
  name: `outbound|8080||${host}`,
  type: "EDS",
  connect_timeout: "2s",
  circuit_breakers: {
    thresholds: [
      {
        max_connections: 100,
        max_pending_requests: 1,
        max_requests: 4294967295,
        max_retries: 4294967295,
        track_remaining: true,
        retry_budget: { budget_percent: { value: 20 }, min_retry_concurrency: 3 },
      },
    ],
  },
  outlier_detection: {
    interval: "1s",
    base_ejection_time: "180s",
    max_ejection_percent: 100,
    consecutive_5xx: 5,
    enforcing_consecutive_5xx: 100,
    consecutive_gateway_failure: 3,
    enforcing_consecutive_gateway_failure: 0,
  },
  common_lb_config: { healthy_panic_threshold: { value: 50 } },
  upstream_connection_options: { tcp_keepalive: { keepalive_time: 300 } },
  typed_extension_protocol_options: {
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
      common_http_protocol_options: { idle_timeout: "50s", max_requests_per_connection: 10 },
    },
  },
  transport_socket_matches: [
    { name: "tlsMode-istio", match: { tlsMode: "istio" }, transport_socket: tlsSocket },
    { name: "tlsMode-disabled", match: {}, transport_socket: rawBuffer },
  ],
};

const tcpProxy = (to: string) => ({
  name: "envoy.filters.network.tcp_proxy",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
    cluster: to,
  },
});

const downstream = {
  name: "envoy.transport_sockets.tls",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
    require_client_certificate: true,
  },
};

const listeners = [
  {
    name: "virtualOutbound",
    active_state: {
      listener: {
        name: "virtualOutbound",
        filter_chains: [
          {
            name: "virtualOutbound-blackhole",
            filter_chain_match: { destination_port: 15001 },
            filters: [tcpProxy("BlackHoleCluster")],
          },
        ],
        default_filter_chain: {
          name: "virtualOutbound-catchall-tcp",
          filters: [tcpProxy("BlackHoleCluster")],
        },
      },
    },
  },
  {
    name: "virtualInbound",
    active_state: {
      listener: {
        name: "virtualInbound",
        filter_chains: [
          {
            name: "virtualInbound-blackhole",
            filter_chain_match: { destination_port: 15006 },
            filters: [tcpProxy("BlackHoleCluster")],
          },
          {
            name: "0.0.0.0_8080",
            filter_chain_match: { destination_port: 8080, transport_protocol: "tls" },
            transport_socket: downstream,
            filters: [
              {
                name: "envoy.filters.network.rbac",
                typed_config: {
                  rules: {
                    action: "DENY",
                    policies: { "ns[payments]-policy[nobody]-rule[0]": {} },
                  },
                },
              },
              {
                name: "envoy.filters.network.http_connection_manager",
                typed_config: {
                  http_filters: [
                    {
                      name: "envoy.filters.http.rbac",
                      typed_config: {
                        rules: {
                          policies: {
                            "ns[payments]-policy[ledger-callers]-rule[0]": {},
                            "ns[payments]-policy[ledger-callers]-rule[1]": {},
                          },
                        },
                      },
                    },
                    { name: "envoy.filters.http.router", typed_config: {} },
                  ],
                },
              },
            ],
          },
          {
            name: "0.0.0.0_8080",
            filter_chain_match: { destination_port: 8080, transport_protocol: "raw_buffer" },
          },
        ],
      },
    },
  },
];

const routes = [
  {
    route_config: {
      name: "8080",
      virtual_hosts: [
        {
          name: `${host}:8080`,
          domains: [host, "ledger.payments", "10.96.12.7"],
          routes: [
            {
              match: { prefix: "/" },
              route: {
                weighted_clusters: {
                  clusters: [
                    { name: `outbound|8080|v1|${host}`, weight: 90 },
                    { name: `outbound|8080|v2|${host}`, weight: 10 },
                  ],
                },
                timeout: "2s",
                retry_policy: {
                  retry_on: "connect-failure,reset,retriable-status-codes",
                  retriable_status_codes: [503],
                  num_retries: 2,
                  per_try_timeout: "0.500s",
                },
              },
            },
          ],
        },
        {
          name: "block_all",
          domains: ["*"],
          routes: [{ match: { prefix: "/" }, direct_response: { status: 502 } }],
        },
      ],
    },
  },
];

const endpoints = [
  {
    endpoint_config: {
      cluster_name: `outbound|8080||${host}`,
      endpoints: [
        {
          lb_endpoints: [
            {
              endpoint: {
                address: { socket_address: { address: "10.244.1.7", port_value: 8080 } },
              },
              health_status: "HEALTHY",
              metadata: {
                filter_metadata: { "envoy.transport_socket_match": { tlsMode: "istio" } },
              },
            },
            {
              endpoint: {
                address: { socket_address: { address: "10.244.1.8", port_value: 8080 } },
              },
              health_status: "HEALTHY",
            },
          ],
        },
      ],
    },
  },
];

const admin = (name: string): string => `type.googleapis.com/envoy.admin.v3.${name}`;

export const configDump = {
  configs: [
    { "@type": admin("BootstrapConfigDump") },
    {
      "@type": admin("ClustersConfigDump"),
      static_clusters: [{ cluster: { name: "prometheus_stats" } }],
      dynamic_active_clusters: [{ cluster }, { cluster: { name: "BlackHoleCluster" } }],
    },
    { "@type": admin("EndpointsConfigDump"), dynamic_endpoint_configs: endpoints },
    { "@type": admin("ListenersConfigDump"), dynamic_listeners: listeners },
    { "@type": admin("ScopedRoutesConfigDump") },
    { "@type": admin("RoutesConfigDump"), dynamic_route_configs: routes },
  ],
};

export const certs = {
  certificates: [
    {
      ca_cert: [
        {
          path: "<inline>",
          serial_number: "1a",
          subject_alt_names: [],
          days_until_expiration: "3649",
          valid_from: "2026-01-01T00:00:00Z",
          expiration_time: "2036-11-17T12:00:00Z",
        },
      ],
      cert_chain: [
        {
          path: "<inline>",
          serial_number: "2b",
          subject_alt_names: [{ uri: "spiffe://cluster.local/ns/payments/sa/ledger" }],
          days_until_expiration: "0",
          valid_from: "2026-01-01T00:00:00Z",
          expiration_time: "2999-01-01T00:00:00Z",
        },
      ],
    },
  ],
};

export const clusters = {
  cluster_statuses: [
    {
      name: `outbound|8080||${host}`,
      added_via_api: true,
      host_statuses: [
        { health_status: { eds_health_status: "HEALTHY" }, weight: 1 },
        { health_status: { failed_outlier_check: true, eds_health_status: "HEALTHY" }, weight: 1 },
      ],
    },
  ],
};

export const stats = {
  stats: [
    { name: `cluster.outbound|8080||${host};.upstream_rq_pending_overflow`, value: 7 },
    { histograms: { supported_quantiles: [0], computed_quantiles: [] } },
  ],
};
