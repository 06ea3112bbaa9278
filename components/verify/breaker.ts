/** The breaker that a proxy has in use, against the declared one, by the mesh's table of fields. */
import {
  breakerRows,
  type BreakerFieldName,
  type BreakerPlan,
  type EnvoyPlace,
} from "../mesh/breaker-fields";
import { milliseconds } from "../text/duration";
import { at, isMap, millisecondsOf, numberAt, textAt } from "../text/json";

/** What a cluster shows; durations in milliseconds, percents and counts as they are. */
export type BreakerInUse = Readonly<Partial<Record<BreakerFieldName, number | boolean>>>;

/** Of a cluster in Envoy's config dump. */
export function readBreaker(cluster: unknown): BreakerInUse {
  const rows = breakerRows.map(([name, { envoy }]) => [name, valueAt(cluster, envoy)] as const);
  return Object.fromEntries(rows.filter(([, value]) => value !== undefined));
}

/** In words, what is in use otherwise than declared; a value that is not shown is as wrong as another. */
export function differences(declared: BreakerPlan, inUse: BreakerInUse): readonly string[] {
  return breakerRows.flatMap(([name]) => {
    const value = declared[name];
    const found = inUse[name];
    if (value === undefined || found === comparable(value)) return [];
    const unit = typeof value === "string" && found !== undefined ? " ms" : "";
    return [`${name} is ${inWords(found)}${unit}, declared ${inWords(value)}`];
  });
}

function valueAt(cluster: unknown, place: EnvoyPlace): number | boolean | undefined {
  const { path, form = "number", enforcedBy } = place;
  if (form === "presence") return at(cluster, ...path) !== undefined;
  if (enforcedBy !== undefined && numberAt(cluster, ...enforcedBy) === 0) return 0;
  return readers[form](cluster, path) ?? place.otherwise;
}

type Reader = (cluster: unknown, path: EnvoyPlace["path"]) => number | undefined;

const readers: Readonly<Record<Exclude<EnvoyPlace["form"], "presence" | undefined>, Reader>> = {
  number: (cluster, path) => numberAt(cluster, ...path),
  duration: (cluster, path) => millisecondsOf(textAt(cluster, ...path)),
  seconds: (cluster, path) => {
    const seconds = numberAt(cluster, ...path);
    return seconds === undefined ? undefined : seconds * 1000;
  },
  percent: (cluster, path) => {
    const found = at(cluster, ...path);
    return isMap(found) ? (numberAt(found, "value") ?? 0) : undefined;
  },
};

function comparable(value: string | number | boolean): number | boolean {
  return typeof value === "string" ? Math.round(milliseconds(value)) : value;
}

function inWords(value: string | number | boolean | undefined): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return String(value ?? "absent");
}
