import { ISTIO_HUB, ISTIO_RELEASE } from "../toolchain";
import type { ImageSource } from "./images";

/** What ambient asks for: the variant without a shell of each image of Istio, and its proxy of the nodes. */
export function ambientImages(mesh: readonly ImageSource[]): readonly ImageSource[] {
  return [
    ...mesh.map((image) => (image.reference.startsWith(ISTIO_HUB) ? distroless(image) : image)),
    distroless({
      name: "istio-ztunnel",
      reference: `${ISTIO_HUB}/ztunnel:${ISTIO_RELEASE}`,
      programs: { ztunnel: "usr/local/bin/ztunnel" },
      tree: "packet-filter", // for its libc
      entrypoint: ["/usr/local/bin/ztunnel"],
      user: "",
    }),
  ];
}

function distroless(image: ImageSource): ImageSource {
  return { ...image, reference: `${image.reference}-distroless` };
}
