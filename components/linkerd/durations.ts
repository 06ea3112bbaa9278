/** Durations as Linkerd's annotations take them. */
import { milliseconds } from "../text/duration";

/** One whole number and one unit: policy-controller, parse_duration. */
export function annotatedDuration(text: string): string {
  const total = Math.max(1, Math.round(milliseconds(text)));
  return total % 1000 === 0 ? `${total / 1000}s` : `${total}ms`;
}
