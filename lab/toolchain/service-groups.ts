import type { ToolGroup } from "./tool-group";

/** The newest whose modules are all served: 0.16.2 needs a frr-k8s that is not. */
// renovate: datasource=go depName=go.universe.tf/metallb
const METALLB = "v0.16.1";
/** As the chart of this MetalLB has it. */
const FRR_K8S = "v0.0.25";
/** Release of FRR that the chart names; the lab's image of it holds Debian's FRR. */
export const FRR_RELEASE = "10.4.3";
// renovate: datasource=go depName=sigs.k8s.io/metrics-server
const METRICS_SERVER = "v0.9.0";
/** These three as kube-prometheus-stack 88.5.3 names them; Prometheus 3.14.0 is this version of its module. */
const PROMETHEUS = "v0.314.0";
const PROMETHEUS_OPERATOR = "v0.93.1";
const KUBE_STATE_METRICS = "v2.20.0";

const frrModule = "github.com/metallb/frr-k8s";
const metallbModule = "go.universe.tf/metallb";
const prometheusModule = "github.com/prometheus/prometheus";
const operatorModule = "github.com/prometheus-operator/prometheus-operator";

/** What the images of further sets are made of. */
export const SERVICE_GROUPS: readonly ToolGroup[] = [
  {
    name: "metallb",
    module: metallbModule,
    version: METALLB,
    programs: {
      "metallb-controller": `${metallbModule}/controller`,
      "metallb-speaker": `${metallbModule}/speaker`,
    },
    cgo: false,
    tags: [],
    linkerFlags: [`-X ${metallbModule}/internal/version.gitCommit=lab`],
    seconds: 90,
  },
  {
    name: "frr-k8s",
    module: frrModule,
    version: FRR_K8S,
    programs: {
      "frr-k8s": `${frrModule}/cmd/frr-k8s-controller`,
      "frr-metrics": `${frrModule}/cmd/metrics`,
      "frr-status": `${frrModule}/cmd/status`,
      statuscleaner: `${frrModule}/cmd/statuscleaner`,
    },
    cgo: false,
    tags: [],
    linkerFlags: [],
    seconds: 60,
  },
  {
    name: "metrics-server",
    module: "sigs.k8s.io/metrics-server",
    version: METRICS_SERVER,
    programs: { "metrics-server": "sigs.k8s.io/metrics-server/cmd/metrics-server" },
    cgo: false,
    tags: [],
    linkerFlags: [`-X k8s.io/client-go/pkg/version.gitVersion=${METRICS_SERVER}`],
    seconds: 60,
  },
  {
    name: "prometheus",
    module: prometheusModule,
    version: PROMETHEUS,
    programs: { prometheus: `${prometheusModule}/cmd/prometheus` },
    cgo: false,
    // Of all that it can find targets by, Kubernetes alone; its own pages are not in the module.
    tags: ["netgo", "remove_all_sd", "enable_kubernetes_sd"],
    linkerFlags: [],
    seconds: 200,
  },
  {
    name: "prometheus-operator",
    module: operatorModule,
    version: PROMETHEUS_OPERATOR,
    programs: {
      "prometheus-operator": `${operatorModule}/cmd/operator`,
      "prometheus-config-reloader": `${operatorModule}/cmd/prometheus-config-reloader`,
    },
    cgo: false,
    tags: [],
    linkerFlags: [
      `-X github.com/prometheus/common/version.Version=${PROMETHEUS_OPERATOR.slice(1)}`,
    ],
    seconds: 120,
  },
  {
    name: "kube-state-metrics",
    module: "k8s.io/kube-state-metrics/v2",
    version: KUBE_STATE_METRICS,
    programs: { "kube-state-metrics": "k8s.io/kube-state-metrics/v2" },
    cgo: false,
    tags: [],
    linkerFlags: [],
    seconds: 60,
  },
];
