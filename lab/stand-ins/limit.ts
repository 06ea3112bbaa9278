/**
 * Aborts with `signal`, or after a time in seconds.
 *
 * The timer holds its controller: Node 20 may collect an `AbortSignal.timeout` that only `AbortSignal.any` refers to,
 * and then it never fires.
 */
export function limited(signal: AbortSignal, seconds: number): AbortSignal {
  const limit = new AbortController();
  const late = new DOMException("the time is over", "TimeoutError");
  setTimeout(() => limit.abort(late), seconds * 1000).unref();
  return AbortSignal.any([signal, limit.signal]);
}
