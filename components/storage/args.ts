// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** StorageClass of the local volumes that hosts declare; required if a host declares `volumes`. */
export interface StorageConfigArgs {
  /**
   * Name of the StorageClass.
   * @default "local"
   */
  readonly className?: string | undefined;
  /**
   * True: it is the cluster's default class, which claims without a storageClassName use.
   * @default true
   */
  readonly defaultClass?: boolean | undefined;
  /** Findings accepted in writing. */
  readonly accept?: readonly AcceptedStorageFindingArgs[] | undefined;
}

/** A finding about local volumes that was accepted in writing. */
export interface AcceptedStorageFindingArgs {
  /** Name of the rule. */
  readonly rule: string;
  /** Path that the finding names. */
  readonly at: string;
  /** Reason why the finding is accepted, at least 10 characters. */
  readonly reason: string;
  /** Person or team that accepted the finding. */
  readonly by: string;
}

/** Local volumes of a cluster's nodes. */
export interface LocalStorageConfigArgs {
  /**
   * Name of the StorageClass.
   * @default "local"
   */
  readonly className?: string | undefined;
  /**
   * True: it is the cluster's default class, which claims without a storageClassName use.
   * @default true
   */
  readonly defaultClass?: boolean | undefined;
  /** Findings accepted in writing. */
  readonly accept?: readonly AcceptedStorageFindingArgs[] | undefined;
  /** Volumes by node and permanent name; by default, those that the hosts of `cluster` declare. */
  readonly volumes?: Readonly<Record<string, Readonly<Record<string, NodeVolumeArgs>>>> | undefined;
}

/** A folder of a node, for one claim. */
export interface NodeVolumeArgs {
  /** Directory on the node; `sizeGiB` is enforced only if it is a file system of its own. */
  readonly path: string;
  /** Capacity of the PersistentVolume, in GiB. A whole number, 1 to 65536. */
  readonly sizeGiB: number;
}
