/** CPU and memory as operators write them, in one unit each, and durations for the Gateway API. */
import { milliseconds } from "../text/duration";

const bytesOf: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

export const cpuPattern = /^(\d+m|\d+(\.\d{1,3})?)$/;
export const memoryPattern = /^\d+(k|M|G|Ki|Mi|Gi)?$/;

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
