import { versionOf } from "../toolchain";
import type { ImageSource } from "./images";

/** Of MetalLB, as upstream's Dockerfiles have them: one static program each. */
export const LOAD_BALANCER_IMAGES: readonly ImageSource[] = [
  metallbImage("controller"),
  metallbImage("speaker"),
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
