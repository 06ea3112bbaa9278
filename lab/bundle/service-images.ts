import { FRR_RELEASE, versionOf } from "../toolchain";
import type { ImageSource } from "./images";

/** Of MetalLB, as upstream's Dockerfiles have them: one static program each. */
export const LOAD_BALANCER_IMAGES: readonly ImageSource[] = [
  metallbImage("controller"),
  metallbImage("speaker"),
];

/** What MetalLB's chart runs for BGP: FRR, Debian's build of it, and who writes its configuration. */
export const BGP_IMAGES: readonly ImageSource[] = [
  {
    name: "frr-k8s",
    reference: `quay.io/metallb/frr-k8s:${versionOf("frr-k8s")}`,
    programs: Object.fromEntries(
      ["frr-k8s", "frr-metrics", "frr-status", "statuscleaner"].map((name) => [name, name]),
    ),
    tree: "frr", // for its shell and `cp`
    entrypoint: [],
    command: ["/frr-k8s"],
    user: "",
    files: {
      "frr-reloader.sh": {
        group: "frr-k8s",
        module: "github.com/metallb/frr-k8s",
        path: "cmd/reloader/frr-reloader.sh",
        executable: true,
      },
    },
  },
  {
    name: "frr",
    reference: `quay.io/frrouting/frr:${FRR_RELEASE}`,
    programs: {},
    tree: "frr",
    entrypoint: ["/sbin/tini", "--"],
    command: ["/usr/lib/frr/docker-start"],
    user: "",
  },
];

export const METRICS_SERVER_IMAGES: readonly ImageSource[] = [
  {
    name: "metrics-server",
    reference: `registry.k8s.io/metrics-server/metrics-server:${versionOf("metrics-server")}`,
    programs: { "metrics-server": "metrics-server" },
    entrypoint: ["/metrics-server"],
    user: "65534",
  },
];

/** Of Prometheus and its operator, as kube-prometheus-stack asks for them. */
export const PROMETHEUS_IMAGES: readonly ImageSource[] = [
  operatorImage({ name: "prometheus-operator", program: "operator" }),
  operatorImage({ name: "prometheus-config-reloader", program: "prometheus-config-reloader" }),
  {
    name: "prometheus",
    reference: `quay.io/prometheus/prometheus:${prometheusRelease(versionOf("prometheus"))}-distroless`,
    programs: { prometheus: "bin/prometheus" },
    entrypoint: ["/bin/prometheus"],
    user: "65532",
    workingDirectory: "/prometheus",
  },
  {
    name: "kube-state-metrics",
    reference: `registry.k8s.io/kube-state-metrics/kube-state-metrics:${versionOf("kube-state-metrics")}`,
    programs: { "kube-state-metrics": "kube-state-metrics" },
    entrypoint: ["/kube-state-metrics", "--port=8080", "--telemetry-port=8081"],
    user: "65534",
  },
];

/** Release 3.x.y is version 0.3xx.y of the module. */
function prometheusRelease(version: string): string {
  return version.replace(/^v0\.30?(\d+)\./, "v3.$1.");
}

function operatorImage({ name, program }: { name: string; program: string }): ImageSource {
  return {
    name,
    reference: `quay.io/prometheus-operator/${name}:${versionOf("prometheus-operator")}`,
    programs: { [name]: `bin/${program}` },
    entrypoint: [`/bin/${program}`],
    user: "65534",
  };
}

function metallbImage(name: string): ImageSource {
  return {
    name: `metallb-${name}`,
    reference: `quay.io/metallb/${name}:${versionOf("metallb")}`,
    programs: { [`metallb-${name}`]: name },
    entrypoint: [`/${name}`],
    user: "",
  };
}
