/** What is installed on a host and where each file comes from. */
import type { ReleaseFile } from "../releases/release-set";

/** Where files come from. */
export type ArtifactSource =
  | { readonly source: "internet" }
  | { readonly source: "mirror"; readonly url: string; readonly imageRepository: string }
  | {
      readonly source: "bundle";
      readonly path: string;
      readonly manifestSha256?: string | undefined;
    };

/** Images a bundle keeps in a folder of their own below `images/`; each after `mesh` is for those who declare it. */
export const imageSets = [
  "kubernetes",
  "mesh",
  "ambient",
  "load-balancer",
  "bgp",
  "metrics-server",
  "prometheus",
  "cilium",
] as const;
export type ImageSet = (typeof imageSets)[number];

/** What hosts fetch. */
export interface ArtifactPlan {
  readonly source: ArtifactSource["source"];
  readonly files: readonly ReleaseFile[];
  readonly bundlePath: string;
  readonly bundleManifestSha256: string;
}

/** Resolves the URL of each file: a mirror serves the vendor's path below its own address. */
export function planArtifacts(args: {
  readonly files: readonly ReleaseFile[];
  readonly from: ArtifactSource;
}): ArtifactPlan {
  const { files, from } = args;
  switch (from.source) {
    case "internet":
      return { source: "internet", files, bundlePath: "", bundleManifestSha256: "" };
    case "mirror":
      return {
        source: "mirror",
        files: files.map((file) => ({ ...file, url: mirrored(from.url, file.url) })),
        bundlePath: "",
        bundleManifestSha256: "",
      };
    case "bundle":
      return {
        source: "bundle",
        files,
        bundlePath: from.path,
        bundleManifestSha256: from.manifestSha256 ?? "",
      };
    default:
      return from satisfies never;
  }
}

/** An image's name at its source: a mirror has each below its repository by its last name, as kubeadm asks for its own. */
export function imageFrom({
  image,
  from,
}: {
  readonly image: string;
  readonly from: ArtifactSource;
}): string {
  if (from.source !== "mirror") return image;
  return `${from.imageRepository}/${image.slice(image.lastIndexOf("/") + 1)}`;
}

function mirrored(mirror: string, url: string): string {
  const { host, pathname } = new URL(url);
  return `${mirror.replace(/\/+$/, "")}/${host}${pathname}`;
}
