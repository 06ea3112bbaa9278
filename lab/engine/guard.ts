import { isGrpcError } from "@pulumi/pulumi/errors";

/** What the program threw where nobody waited for it. */
export class UnhandledError extends Error {}

/**
 * Ends a run whose program failed where nobody waits for it, such as inside an `apply`.
 *
 * The library reports such an error and then waits for ever for the output that never comes.
 * Failed steps arrive here too; those the engine ends in order by itself.
 */
export async function endOnUnhandled<Result>(
  title: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let cause: UnhandledError | undefined;
  const onRejection = (reason: unknown): void => {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    if (isGrpcError(error)) return;
    cause ??= new UnhandledError(`${title}: ${error.message}`, { cause: error });
    controller.abort(error);
  };
  process.on("unhandledRejection", onRejection);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw cause ?? error;
  } finally {
    process.off("unhandledRejection", onRejection);
  }
}
