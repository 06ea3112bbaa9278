/** Programs of one Go module graph, built together from `go/<name>/go.mod`. */
export interface ToolGroup {
  readonly name: string;
  /** Module whose version the group is known by, and that version as the module proxy spells it. */
  readonly module: string;
  readonly version: string;
  /** Executable name to package path. */
  readonly programs: Readonly<Record<string, string>>;
  readonly cgo: boolean;
  readonly tags: readonly string[];
  readonly linkerFlags: readonly string[];
  /** First build on two cores with an empty build cache. */
  readonly seconds: number;
  /** How a program found on PATH proves that it is this version; PATH is not asked if undefined. */
  readonly onPath?: Readonly<Record<string, { args: readonly string[]; prints: string }>>;
}
