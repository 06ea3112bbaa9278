/** How a host is reached. */
export interface ConnectionPlan {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** authorized_keys form; undefined if the stack generates it. */
  readonly hostKey?: string;
  /** Failed dials tolerated before the host counts as unreachable. */
  readonly attempts: number;
}
