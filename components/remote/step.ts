/** One idempotent piece of work on one host, as data. */
export interface StepPlan {
  /** Resource name; never changes for the same work on the same host. */
  readonly name: string;
  /** Host the step runs on, by its permanent name. */
  readonly host: string;
  /** What the step is for, in a few words. */
  readonly title: string;
  /** Shell files in the order they are joined, as `<slice>/<file>`; the last one ends in `main`. */
  readonly scripts: readonly string[];
  /** Plain values, set as quoted shell variables in front of the script. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names of variables whose values are no secret but only known at run time. */
  readonly inputs: readonly string[];
  /** Names of variables whose values are only known, and kept secret, at run time. */
  readonly secrets: readonly string[];
  /** True when removing the resource runs the script's `remove`. */
  readonly removes: boolean;
  /** The remote side ends the script after this time. */
  readonly timeoutSeconds: number;
}

/** How a host is reached. `hostKey` is absent where the stack generates it. */
export interface ConnectionPlan {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly hostKey?: string;
  /** Failed dials tolerated before the host counts as unreachable. */
  readonly attempts: number;
}
