/** Other languages have one type for each field: what they spell as a map is a plain value in a declaration. */

type Fields = Readonly<Record<string, unknown>>;

/** The arguments of any class as a program in TypeScript would write them. */
export function asDeclared(args: object): object {
  return inFields(args as Fields, {
    host: asHost,
    hosts: (hosts) => inEach(hosts, asHost),
    namespaces: (namespaces) => inEach(namespaces, asNamespace),
    mesh: (mesh) => (isFields(mesh) ? asDeclared(mesh) : mesh),
    config: (config) => (isFields(config) ? asDeclared(config) : config),
  });
}

function asHost(host: unknown): unknown {
  return isFields(host) ? inFields(host, { image: asPath }) : host;
}

function asNamespace(namespace: unknown): unknown {
  return isFields(namespace) ? inFields(namespace, { waypoint: asWish }) : namespace;
}

/** What has other fields besides is wrong, and stays as it is to be told so. */
function asPath(image: unknown): unknown {
  if (!isFields(image)) return image;
  const { path, ...rest } = image;
  return path !== undefined && Object.keys(rest).length === 0 ? path : image;
}

function asWish(waypoint: unknown): unknown {
  if (!isFields(waypoint)) return waypoint;
  const { enabled = true, ...rest } = waypoint;
  if (Object.keys(rest).length === 0) return enabled;
  return enabled === true ? rest : waypoint;
}

function inFields(
  fields: Fields,
  changes: Readonly<Record<string, (value: unknown) => unknown>>,
): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      name in changes ? changes[name]?.(value) : value,
    ]),
  );
}

function inEach(map: unknown, change: (value: unknown) => unknown): unknown {
  if (!isFields(map)) return map;
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}

/** A plain map: values of other resources are none. */
function isFields(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}
