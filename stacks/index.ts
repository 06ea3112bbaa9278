/** Guard rails by environment; the facts of one are in Pulumi.<name>.yaml. */
import { ConfigError } from "./config-error";
import { dev } from "./dev";
import { prod } from "./prod";
import { suggest } from "./problem";
import type { StackDeclaration } from "./rules";

export const declarations: Readonly<Record<string, StackDeclaration>> = { dev, prod };

/**
 * The guard rails of `dev` also hold for every `dev-<anything>`, those of `prod` for every
 * `prod-<anything>`: another environment of a kind is one file.
 *
 * @throws ConfigError for a name of no kind.
 */
export function declarationOf(environment: string): StackDeclaration {
  const kind = Object.keys(declarations).find(
    (name) => environment === name || environment.startsWith(`${name}-`),
  );
  const declaration = kind === undefined ? undefined : declarations[kind];
  if (declaration !== undefined) return declaration;
  const advice = suggest(environment, Object.keys(declarations));
  throw new ConfigError([`no environment ${JSON.stringify(environment)}; ${advice}`]);
}
