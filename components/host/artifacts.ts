/** What is installed on a host and where each file comes from. */

/** One file of a release set. `sha256` is the vendor's published digest. */
export interface ReleaseFile {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly sha256: string;
}

/** A named, tested set of versions. */
export interface ReleaseSet {
  readonly name: string;
  readonly kubernetes: string;
  /** When the set was published, Unix seconds: no correct clock is earlier. */
  readonly publishedUnixSeconds: number;
  /** Pause image kubeadm of this release uses; containerd must keep the same. */
  readonly pauseImage: string;
  /** Files every host needs, by the name they have in a bundle. */
  readonly files: readonly ReleaseFile[];
  /** Images of the flannel pod network. */
  readonly flannel: { readonly daemon: string; readonly cniPlugin: string };
}

/** Where files come from. */
export type ArtifactSource =
  | { readonly source: "internet" }
  | { readonly source: "mirror"; readonly url: string; readonly imageRepository: string }
  | {
      readonly source: "bundle";
      readonly path: string;
      readonly manifestSha256?: string | undefined;
    };

/** Images a bundle keeps in a folder of their own below `images/`. */
export type ImageSet = "kubernetes" | "mesh";

/** Variables of the scripts that fetch: one `name sha256 url` row a file. */
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

/** One `name sha256 url` row a file, as the scripts read them. */
export function renderArtifactRows(files: readonly ReleaseFile[]): string {
  return files.map((file) => `${file.name} ${file.sha256} ${file.url}`).join("\n");
}

function mirrored(mirror: string, url: string): string {
  const { host, pathname } = new URL(url);
  return `${mirror.replace(/\/+$/, "")}/${host}${pathname}`;
}
