/** Durations, CPU and memory as operators write them, in one unit each. */

const millisecondsOf: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const bytesOf: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

export const durationPattern = /^(\d+(\.\d+)?(ms|s|m|h))+$/;
export const cpuPattern = /^(\d+m|\d+(\.\d{1,3})?)$/;
export const memoryPattern = /^\d+(k|M|G|Ki|Mi|Gi)?$/;

/** `text` must match durationPattern. */
export function milliseconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit = ""]) => {
    return sum + Number(count) * (millisecondsOf[unit] ?? 0);
  }, 0);
}

/** Gateway API durations have no fractions (GEP-2257). */
export function gatewayDuration(text: string): string {
  const total = Math.round(milliseconds(text));
  const seconds = Math.floor(total / 1000);
  const rest = total % 1000;
  if (rest === 0) return `${seconds}s`;
  return seconds === 0 ? `${rest}ms` : `${seconds}s${rest}ms`;
}

/** Thousandths of a core; `text` must match cpuPattern. */
export function milliCpus(text: string): number {
  return text.endsWith("m") ? Number(text.slice(0, -1)) : Number(text) * 1000;
}

/** Bytes; `text` must match memoryPattern. */
export function bytes(text: string): number {
  const unit = text.replace(/^\d+/, "");
  return Number.parseInt(text, 10) * (bytesOf[unit] ?? 0);
}
