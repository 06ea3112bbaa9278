import { sourcesOf } from "./parallel";

/**
 * Socket of the user's SSH agent for the providers, or none.
 *
 * A stale agent would fail every connection, even those that bring their own key: only servers that
 * no key of the stack opens get it.
 */
export function agentSocket(stack: unknown, keyGiven: boolean): string {
  const servers = sourcesOf(stack).some((source) => source !== "local" && source !== "container");
  return servers && !keyGiven ? (process.env["SSH_AUTH_SOCK"] ?? "") : "";
}
