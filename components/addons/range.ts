/** Ranges of IPv4 addresses as MetalLB takes them: a prefix or first-last. */

import { cidrAround, parseIpv4, type Range } from "../text/cidr";

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
  const prefixLength = Number(prefix);
  if (parseAddress(address) === undefined || !/^\d+$/.test(prefix) || prefixLength > 32) {
    return undefined;
  }
  return cidrAround({ address, prefixLength });
}

export function sizeOf(range: Range): number {
  return range.last - range.first + 1;
}

/** RFC 1918, 3927, 5735, 5737 and 6598. */
const notPublic = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.2.0/24",
  "192.168.0.0/16",
  "198.51.100.0/24",
  "203.0.113.0/24",
].flatMap((text) => parseRange(text) ?? []);

/** True where routers of the internet know the addresses. */
export function isPublic({ first, last }: Range): boolean {
  return !notPublic.some((range) => range.first <= first && last <= range.last);
}

function parseAddress(text: string): number | undefined {
  const octets = text.split(".");
  const valid = octets.length === 4 && octets.every((one) => /^\d{1,3}$/.test(one) && +one <= 255);
  return valid ? parseIpv4(text) : undefined;
}
