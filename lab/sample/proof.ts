/** What the sample's answers prove about the mesh. */

/** What a program printed, on both streams, and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Identity that the server saw of its client over mutual TLS; undefined where it saw none. */
export function clientIdentity(answer: string): string | undefined {
  const [, certificate = ""] = /^X-Forwarded-Client-Cert: (.*)$/im.exec(answer) ?? [];
  return /(?:^|[;,])URI=(spiffe:\/\/[^;,"\s]+)/.exec(certificate)?.[1];
}

/** How a request in plain text ended: only a connection that the proxy closed is a refusal. */
export function plainTextOutcome(ended: Ended): "answered" | "refused" | "not reached" {
  if (ended.status === 0) return "answered";
  return /connection reset by peer|\bEOF\b|broken pipe/i.test(ended.output)
    ? "refused"
    : "not reached";
}
