/** Arithmetic on IPv4 addresses and ranges that already have the right form. */

export interface Range {
  /** First and last address, as unsigned 32-bit numbers. */
  readonly first: number;
  readonly last: number;
}

export interface Cidr extends Range {
  readonly prefixLength: number;
}

export function parseIpv4(text: string): number {
  return text.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** The range `text`, as in 10.244.0.0/16; bits behind the prefix are ignored. */
export function parseCidr(text: string): Cidr {
  const [address = "", prefix = ""] = text.split("/");
  return cidrAround({ address, prefixLength: Number(prefix) });
}

/** The range of `prefixLength` that holds `address`. */
export function cidrAround(args: {
  readonly address: string;
  readonly prefixLength: number;
}): Cidr {
  const size = 2 ** (32 - args.prefixLength);
  const first = Math.floor(parseIpv4(args.address) / size) * size;
  return { first, last: first + size - 1, prefixLength: args.prefixLength };
}

export function formatCidr(range: Cidr): string {
  return `${formatIpv4(range.first)}/${range.prefixLength}`;
}

export function overlaps(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

export function contains(range: Cidr, address: string): boolean {
  const number = parseIpv4(address);
  return range.first <= number && number <= range.last;
}
