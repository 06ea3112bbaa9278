/** What a release set pins. */

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
  /** Images of the Cilium pod network, of the version whose chart `cilium.json` was made of. */
  readonly cilium: { readonly agent: string; readonly operator: string };
}
