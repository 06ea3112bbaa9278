import * as net from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import type { RunContext } from "./kind";
import type { Connection } from "./ssh";

/** A connection that could not be made; another attempt may succeed. */
export class DialError extends Error {}

// The official provider's fixed back-off: 100 ms, x1.5, at most 5 s.
const firstDelayMs = 100;
const backoff = 1.5;
const maxDelayMs = 5_000;

/**
 * Repeats an attempt while it fails with a {@link DialError}, as often as `dialErrorLimit` allows.
 *
 * Other errors, and an agent socket that does not answer, end it at once.
 */
export async function dial<Result>(request: {
  connection: Connection;
  context: RunContext;
  attempt: () => Promise<Result>;
}): Promise<Result> {
  const { connection, context } = request;
  await checkAgent(connection.agentSocketPath ?? process.env["SSH_AUTH_SOCK"]);
  const limit = connection.dialErrorLimit;
  let wait = firstDelayMs;
  for (let failures = 1; ; failures++) {
    try {
      return await request.attempt();
    } catch (error) {
      if (!(error instanceof DialError)) throw error;
      if (limit > -1 && failures > limit) {
        throw new Error(`after ${failures - 1} failed attempts: ${error.message}`);
      }
      context.log(`Dial ${failures}/${limit === -1 ? "inf" : limit} failed: retrying`);
    }
    await delay(wait, undefined, { signal: context.signal }).catch(() => {
      throw new Error(timeoutText(context.signal));
    });
    wait = Math.min(wait * backoff, maxDelayMs);
  }
}

function timeoutText(signal: AbortSignal): string {
  return signal.reason instanceof Error && signal.reason.name === "TimeoutError"
    ? "context deadline exceeded"
    : "context canceled";
}

/** The official provider dials the agent first, and fails without it even when a key is given. */
async function checkAgent(socketPath: string | undefined): Promise<void> {
  if (socketPath === undefined || socketPath === "") return;
  await new Promise<void>((resolve, reject) => {
    const socket = net.connect(socketPath);
    socket.on("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.on("error", (error) => reject(new Error(`dial unix ${socketPath}: ${error.message}`)));
  });
}
