// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Class of the local volumes that hosts declare; without volumes there is none. */
export interface StorageConfigArgs {
  /**
   * Name of the StorageClass, which claims name.
   * @default "local"
   */
  readonly className?: string | undefined;
  /**
   * True: claims that name no class are of this one.
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
  /** Reason why the finding is accepted. */
  readonly reason: string;
  /** Person who accepted the finding. */
  readonly by: string;
}

/** Local volumes of a cluster's nodes. */
export interface LocalStorageConfigArgs {
  /**
   * Name of the StorageClass, which claims name.
   * @default "local"
   */
  readonly className?: string | undefined;
  /**
   * True: claims that name no class are of this one.
   * @default true
   */
  readonly defaultClass?: boolean | undefined;
  /** Findings accepted in writing. */
  readonly accept?: readonly AcceptedStorageFindingArgs[] | undefined;
  /** Volumes by node and permanent name; default: those that the cluster's hosts declare. */
  readonly volumes?: Readonly<Record<string, Readonly<Record<string, NodeVolumeArgs>>>> | undefined;
}

/** A folder of a node, for one claim. */
export interface NodeVolumeArgs {
  /**
   * Folder on the node. Only a file system of its own keeps pods to the size; on the system disk it
   * is a promise.
   */
  readonly path: string;
  /** What pods may store there, GiB. A whole number, 1 to 65536. */
  readonly sizeGiB: number;
}
