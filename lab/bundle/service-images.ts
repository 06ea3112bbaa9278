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

function metallbImage(name: string): ImageSource {
  return {
    name: `metallb-${name}`,
    reference: `quay.io/metallb/${name}:${versionOf("metallb")}`,
    programs: { [`metallb-${name}`]: name },
    entrypoint: [`/${name}`],
    user: "",
  };
}
