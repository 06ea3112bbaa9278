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

/** True where the server's proxy let nobody of this identity in. */
export function isDenied({ status, output }: Ended): boolean {
  return status !== 0 && /Error status 403\b/.test(output);
}

/** What a program of a pod complained of last: fortio's own words, without kubectl's and the time. */
export function lastWords(output: string): string {
  const lines = output.trim().split("\n");
  const line = lines.filter((one) => !one.startsWith("command terminated")).at(-1) ?? "";
  return /"msg":"([^"]*)"/.exec(line)?.[1] ?? line;
}

/** How a request in plain text ended: only a connection that the proxy closed is a refusal. */
export function plainTextOutcome(ended: Ended): "answered" | "refused" | "not reached" {
  if (ended.status === 0) return "answered";
  return /connection reset by peer|\bEOF\b|broken pipe/i.test(ended.output)
    ? "refused"
    : "not reached";
}
