/** Names of objects that are made of other names. */
import { createHash } from "node:crypto";

const longest = 63;
const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * A DNS label for `added` on `name`: both with a hyphen between where nothing else gives the same and
 * `taken` has it not, else as much of it as fits, with a digest of both.
 */
export function derivedName(args: {
  readonly name: string;
  readonly added: string;
  readonly taken?: readonly string[];
}): string {
  const { name, added, taken = [] } = args;
  const joined = `${name}-${added}`;
  // Where `added` has no hyphen, the last one of the name shows where the parts meet.
  const clear = !added.includes("-") && !taken.includes(joined);
  return clear && fits(joined) ? joined : digested(joined, [name, added]);
}

/** `text` itself where it is a DNS label, else one like it with a digest of it. */
export function labelFor(text: string): string {
  return fits(text) ? text : digested(text, [text]);
}

function fits(text: string): boolean {
  return text.length <= longest && label.test(text);
}

function digested(text: string, parts: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 10);
  const head = text.replace(/[^a-z0-9-]/g, "-").slice(0, longest - digest.length - 1);
  return `${head.replace(/-+$/, "")}-${digest}`;
}
