// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Where hosts get programs and container images. */
export type ArtifactsArgs = InternetArtifactsArgs | MirrorArtifactsArgs | BundleArtifactsArgs;

/** Hosts download each file from its vendor. */
export interface InternetArtifactsArgs {
  readonly source: "internet";
}

/** Hosts download from a server that mirrors the vendors. */
export interface MirrorArtifactsArgs {
  readonly source: "mirror";
  /** Base URL of the mirror; it serves each vendor's paths below <url>/<vendor host>/. */
  readonly url: string;
  /**
   * Registry of the Kubernetes and pod network images; each image is directly below it, under the
   * last part of its name and its tag.
   */
  readonly imageRepository: string;
}

/** Hosts read from a local directory, for hosts without internet access. */
export interface BundleArtifactsArgs {
  readonly source: "bundle";
  /** Directory of the bundle on every host. */
  readonly path: string;
  /** SHA-256 of the bundle's SHA256SUMS. */
  readonly manifestSha256?: string | undefined;
}

/** How hosts are reached. */
export interface SshArgs {
  /**
   * Login user; it must be allowed to run sudo without a password.
   * @default "nordmesh"
   */
  readonly user?: string | undefined;
  /** Public SSH keys of operators; the stack adds them to machines that it creates. */
  readonly authorizedKeys?: readonly string[] | undefined;
  /**
   * Number of connection attempts before a host counts as unreachable. A whole number, 1 to 500.
   * @default 20
   */
  readonly connectAttempts?: number | undefined;
}
