/** Every environment this project knows; its facts are in Pulumi.<name>.yaml. */
import { ConfigError } from "./config-error";
import { dev } from "./dev";
import { prod } from "./prod";
import { suggest } from "./problem";
import type { StackDeclaration } from "./rules";

export const declarations: Readonly<Record<string, StackDeclaration>> = { dev, prod };

/** @throws ConfigError for a name that has no declaration. */
export function declarationOf(environment: string): StackDeclaration {
  const declaration = Object.hasOwn(declarations, environment)
    ? declarations[environment]
    : undefined;
  if (declaration !== undefined) return declaration;
  const advice = suggest(environment, Object.keys(declarations));
  throw new ConfigError([`no environment ${JSON.stringify(environment)}; ${advice}`]);
}
