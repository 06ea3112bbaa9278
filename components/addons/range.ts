/** Ranges of IPv4 addresses as MetalLB takes them: a prefix or first-last. */

export interface Range {
  /** First and last address, as unsigned 32-bit numbers. */
  readonly first: number;
  readonly last: number;
}

/** The addresses of `text`, or undefined if there are none of that name. */
export function parseRange(text: string): Range | undefined {
  const [from = "", to] = text.split("-");
  if (to !== undefined) {
    const first = parseAddress(from);
    const last = parseAddress(to);
    if (first === undefined || last === undefined || first > last) return undefined;
    return { first, last };
  }
  const [address = "", prefix = "32"] = text.split("/");
  const number = parseAddress(address);
  const length = Number(prefix);
  if (number === undefined || !/^\d+$/.test(prefix) || length > 32) return undefined;
  const size = 2 ** (32 - length);
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

export function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

export function sizeOf(range: Range): number {
  return range.last - range.first + 1;
}

function parseAddress(text: string): number | undefined {
  const octets = text.split(".");
  const valid = octets.length === 4 && octets.every((one) => /^\d{1,3}$/.test(one) && +one <= 255);
  return valid ? octets.reduce((sum, octet) => sum * 256 + Number(octet), 0) : undefined;
}
