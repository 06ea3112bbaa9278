// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Where hosts get programs and images. */
export type ArtifactsArgs = InternetArtifactsArgs | MirrorArtifactsArgs | BundleArtifactsArgs;

/** Each file from its vendor. */
export interface InternetArtifactsArgs {
  readonly source: "internet";
}

/** From a server that copies the vendors. */
export interface MirrorArtifactsArgs {
  readonly source: "mirror";
  /** Serves each vendor's path below <url>/<vendor host>/. */
  readonly url: string;
  /**
   * Registry that holds the images of Kubernetes and its pod network, each directly below it under
   * its last name and tag.
   */
  readonly imageRepository: string;
}

/** From a directory on every host, for hosts without internet. */
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
   * Login that may run sudo without a password.
   * @default "nordmesh"
   */
  readonly user?: string | undefined;
  /** Public keys of operators, for machines the stack creates. */
  readonly authorizedKeys?: readonly string[] | undefined;
  /**
   * Connections tried before a host counts as unreachable. A whole number, 1 to 500.
   * @default 20
   */
  readonly connectAttempts?: number | undefined;
}
