import { setTimeout as delay } from "node:timers/promises";

import type { RunContext } from "../kind";
import { ApiError } from "./api";
import { NoMatchError } from "./discovery";

const attempts = 6;

/** Repeats a create while its namespace or its kind is not there yet, about half a minute. */
export async function createUntilServed<Result>(
  context: RunContext,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!missing(error) || attempt === attempts) throw error;
      context.log(`Retry #${attempt}; creation failed: ${(error as Error).message}`);
      await delay(500 * 2 ** attempt, undefined, { signal: context.signal });
    }
  }
}

/** True when the object, its namespace or its kind is not there. */
export function missing(error: unknown): boolean {
  return error instanceof NoMatchError || (error instanceof ApiError && error.status === 404);
}

/** The error's text, with a hint for a field that somebody else manages. */
export function explainConflict(error: Error, manager: string): string {
  if (!(error instanceof ApiError) || error.reason !== "Conflict") return error.message;
  return (
    `server-side apply field conflict detected: the resource managed by field manager ` +
    `"${manager}" had an apply conflict: ${error.message}`
  );
}
