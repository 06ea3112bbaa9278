/** An emulated machine's API server lets more than a few requests time out. */
const emulated = 4;
const real = 16;

/** Steps at the same time that the hosts of this declared environment can bear. */
export function stepsAtATime(stack: unknown): number {
  return sourcesOf(stack).includes("local") ? emulated : real;
}

/** What the hosts of a declared environment are, each kind once; nothing of it need be valid. */
export function sourcesOf(stack: unknown): readonly unknown[] {
  const hosts = Object.values((stack as Declared | undefined)?.hosts ?? {});
  return hosts.map((host) => host?.source);
}

interface Declared {
  readonly hosts?: Readonly<Record<string, { readonly source?: unknown } | null>> | null;
}
