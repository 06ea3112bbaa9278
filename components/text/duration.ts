/** Durations as Istio and operators write them: `1.5s`, `500ms`, `3m`, `1h30m`. */

export const durationPattern = /^(\d+(\.\d+)?(ms|s|m|h))+$/;

const millisecondsOf: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** `text` must match durationPattern. */
export function milliseconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit = ""]) => {
    return sum + Number(count) * (millisecondsOf[unit] ?? 0);
  }, 0);
}
