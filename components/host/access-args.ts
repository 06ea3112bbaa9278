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
   * Registry path of the Kubernetes and pod network images, such as mirror.example.net/k8s; each
   * image is directly below it, with the last part of its name and its tag.
   */
  readonly imageRepository: string;
}

/** Hosts read from a local directory, for hosts without internet access. */
export interface BundleArtifactsArgs {
  readonly source: "bundle";
  /** Directory of the bundle on every host. */
  readonly path: string;
  /**
   * SHA-256 digest of the bundle's SHA256SUMS file, checked before anything is installed; by
   * default, any SHA256SUMS is accepted.
   */
  readonly manifestSha256?: string | undefined;
}

/** How hosts are reached. */
export interface SshArgs {
  /**
   * Login user, who must be allowed to run sudo without a password.
   * @default "nordmesh"
   */
  readonly user?: string | undefined;
  /**
   * Public SSH keys of operators, each a line of authorized_keys; the stack adds them to machines
   * that it creates.
   */
  readonly authorizedKeys?: readonly string[] | undefined;
  /**
   * Number of connection attempts before a host counts as unreachable. A whole number, 1 to 500.
   * @default 20
   */
  readonly connectAttempts?: number | undefined;
}
