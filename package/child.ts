/** How a class for every language becomes the one that does the work. */
import type * as pulumi from "@pulumi/pulumi";
import { asDeclared } from "./as-declared";

type Class = (new (
  name: string,
  args: never,
  opts: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource) & { check(name: string, args: never): void };

/** What somebody wrote for `real`, which says itself what is wrong with it. */
export interface Written<Real extends Class> {
  readonly real: Real;
  readonly name: string;
  /** Has the names of its fields, but not the unions of its types: other languages have none. */
  readonly args: object;
}

/**
 * To be called before anything is registered.
 *
 * @throws ConfigError with one line a problem, by path below `args`.
 */
export function check<Real extends Class>({ real, name, args }: Written<Real>): void {
  real.check(name, asDeclared(args) as never);
}

/** The real component below the one of its name. */
export function childOf<Real extends Class>(
  parent: pulumi.ComponentResource,
  { real, name, args }: Written<Real>,
): InstanceType<Real> {
  return new real(name, asDeclared(args) as never, { parent }) as InstanceType<Real>;
}
