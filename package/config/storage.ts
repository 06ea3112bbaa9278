// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Class of the local volumes that hosts declare; without volumes there is none. */
export interface StorageConfig {
  /**
   * Name of the StorageClass, which claims name.
   * Default: "local"
   */
  className?: string;
  /**
   * True: claims that name no class are of this one.
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
  /** Reason why the finding is accepted. */
  reason: string;
  /** Person who accepted the finding. */
  by: string;
}

/** Local volumes of a cluster's nodes. */
export interface LocalStorageConfig {
  /**
   * Name of the StorageClass, which claims name.
   * Default: "local"
   */
  className?: string;
  /**
   * True: claims that name no class are of this one.
   * Default: true
   */
  defaultClass?: boolean;
  /** Findings accepted in writing. */
  accept?: AcceptedStorageFinding[];
  /** Volumes by node and permanent name; default: those that the cluster's hosts declare. */
  volumes?: Record<string, Record<string, NodeVolume>>;
}

/** A folder of a node, for one claim. */
export interface NodeVolume {
  /**
   * Folder on the node. Only a file system of its own keeps pods to the size; on the system disk it
   * is a promise.
   */
  path: string;
  /** What pods may store there, GiB. A whole number, 1 to 65536. */
  sizeGiB: number;
}
