// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** StorageClass of the local volumes that hosts declare; required if a host declares `volumes`. */
export interface StorageConfig {
  /**
   * Name of the StorageClass.
   * Default: "local"
   */
  className?: string;
  /**
   * True: it is the cluster's default class, which claims without a storageClassName use.
   * Default: true
   */
  defaultClass?: boolean;
  /** Findings accepted in writing. */
  accept?: AcceptedStorageFinding[];
}

/** A finding about local volumes that was accepted in writing. */
export interface AcceptedStorageFinding {
  /** Name of the rule. */
  rule: string;
  /** Path that the finding names. */
  at: string;
  /** Reason why the finding is accepted, at least 10 characters. */
  reason: string;
  /** Person or team that accepted the finding. */
  by: string;
}

/** Local volumes of a cluster's nodes. */
export interface LocalStorageConfig {
  /**
   * Name of the StorageClass.
   * Default: "local"
   */
  className?: string;
  /**
   * True: it is the cluster's default class, which claims without a storageClassName use.
   * Default: true
   */
  defaultClass?: boolean;
  /** Findings accepted in writing. */
  accept?: AcceptedStorageFinding[];
  /** Volumes by node and permanent name; by default, those that the hosts of `cluster` declare. */
  volumes?: Record<string, Record<string, NodeVolume>>;
}

/** A folder of a node, for one claim. */
export interface NodeVolume {
  /** Directory on the node; `sizeGiB` is enforced only if it is a file system of its own. */
  path: string;
  /** Capacity of the PersistentVolume, in GiB. A whole number, 1 to 65536. */
  sizeGiB: number;
}
