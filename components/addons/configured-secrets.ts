/** Secrets that only an operator knows: a stack has them as `nordmesh:<name>`, a program as arguments. */
import { isMap } from "../config/json-schema";
import { addonNames, addonOf } from "./registry";
import type { ConfiguredSecretsArgs } from "./secrets-args";

/** What each is, by its name. */
export const configuredSecrets = Object.fromEntries(
  addonNames.flatMap((name) => Object.entries(addonOf(name).configured ?? {})),
) as Readonly<Record<keyof ConfiguredSecretsArgs, string>>;

export const configuredSecretNames = Object.keys(
  configuredSecrets,
) as readonly (keyof ConfiguredSecretsArgs)[];

/** The secrets among `args` that are given, and everything else. */
export function takeSecrets<Args extends ConfiguredSecretsArgs>(args: Args) {
  const isSecret = ([name]: readonly [string, unknown]): boolean => name in configuredSecrets;
  const entries = Object.entries(args).filter(([, value]) => value !== undefined);
  return {
    secrets: Object.fromEntries(entries.filter(isSecret)) as GivenSecrets,
    rest: Object.fromEntries(entries.filter((entry) => !isSecret(entry))) as Omit<
      Args,
      keyof ConfiguredSecretsArgs
    >,
  };
}

type GivenSecrets = Readonly<
  Record<string, NonNullable<ConfiguredSecretsArgs[keyof ConfiguredSecretsArgs]>>
>;

/** What is wrong at `path` of the addons where one needs a secret that nobody has given. */
export function missingSecrets(args: {
  readonly raw: unknown;
  readonly path: string;
  readonly given: ConfiguredSecretsArgs;
  /** How to give the one of this name. */
  readonly advice: (name: string) => string;
}): readonly string[] {
  const { raw, path, advice } = args;
  const given = takeSecrets(args.given).secrets;
  return addonNames.flatMap((name) => {
    const addon = addonOf(name);
    const own = addon.schema.safeParse(isMap(raw) ? raw[name] : undefined);
    const needed = own.success ? addon.secrets(own.data) : [];
    return needed.flatMap((secret) =>
      secret.from === "generated" || secret.name in given
        ? []
        : [
            `${path}.${name}.${secret.field}: true, but there is no ${secret.name}; ${advice(secret.name)}`,
          ],
    );
  });
}
