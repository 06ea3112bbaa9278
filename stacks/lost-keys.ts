/** Keys that YAML reads as numbers: 1.0 becomes 1, and no later check can see what was written. */
import { isDeepStrictEqual } from "node:util";
import { FAILSAFE_SCHEMA, load } from "js-yaml";
import { isMap } from "../components/config/json-schema";
import { formatPath } from "../components/config/problem";

/**
 * One line for each key of the environment in `text` that is not read as it is written. `text` is a
 * stack file that YAML can read.
 */
export function lostKeys(text: string): readonly string[] {
  const written = stackIn(load(text, { schema: FAILSAFE_SCHEMA }));
  return compare(written, stackIn(load(text)), []);
}

/**
 * The same for what Pulumi handed over. Where `text` is not where `stack` comes from, a version that
 * looks like a number may be one that lost its zeros.
 */
export function lostKeysOf(args: {
  readonly stack: unknown;
  readonly text: string | undefined;
}): readonly string[] {
  const { stack, text } = args;
  if (text !== undefined && isDeepStrictEqual(plain(stackIn(load(text))), plain(stack))) {
    return lostKeys(text);
  }
  const services = childOf(childOf(stack, "mesh"), "services");
  return Object.keys(isMap(services) ? services : {}).flatMap((service) => {
    const canary = childOf(childOf(services, service), "canary");
    return Object.keys(isMap(canary) ? canary : {})
      .filter((key) => key !== "" && String(Number(key)) === key)
      .map((key) => {
        const path = formatPath(["mesh", "services", service, "canary", key]);
        const longer = Number.isInteger(Number(key)) ? `${key}.0` : `${key}0`;
        return `${path}: may have been ${longer} without quotes; quote the version, and name the file in NORDMESH_STACK_FILE if it is not Pulumi.<environment>.yaml`;
      });
  });
}

function compare(written: unknown, read: unknown, path: readonly PropertyKey[]): readonly string[] {
  if (Array.isArray(written) && Array.isArray(read)) {
    return written.flatMap((one, index) => compare(one, read[index], [...path, index]));
  }
  if (!isMap(written) || !isMap(read)) return [];
  return Object.entries(written).flatMap(([key, value]) => {
    const at = [...path, key];
    if (Object.hasOwn(read, key)) return compare(value, read[key], at);
    const text = `YAML reads the key ${key} as a number or the like and drops how it is written`;
    return [`${formatPath(at)}: ${text}; quote it: "${key}"`];
  });
}

function stackIn(document: unknown): unknown {
  return childOf(childOf(document, "config"), "nordmesh:stack");
}

function childOf(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** As Pulumi hands it over. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
