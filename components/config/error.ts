/** What is wrong with an environment's configuration, every problem at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** Pulumi's mark of a RunError: it prints the message without a stack trace. */
  readonly __pulumiRunError = true;

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}
