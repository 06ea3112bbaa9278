import * as fs from "node:fs";
import type * as tls from "node:tls";

import { load } from "js-yaml";

/** How to reach one API server, from the current context of a kubeconfig. */
export interface Connection {
  readonly server: URL;
  readonly namespace: string;
  /** Names in a certificate's terms; secret. */
  readonly tls: Pick<
    tls.ConnectionOptions,
    "ca" | "cert" | "key" | "servername" | "rejectUnauthorized"
  >;
  readonly token?: string;
}

interface ClusterEntry {
  readonly server?: string;
  readonly "certificate-authority"?: string;
  readonly "certificate-authority-data"?: string;
  readonly "tls-server-name"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "proxy-url"?: string;
}

interface UserEntry {
  readonly token?: string;
  readonly "client-certificate"?: string;
  readonly "client-certificate-data"?: string;
  readonly "client-key"?: string;
  readonly "client-key-data"?: string;
  readonly exec?: unknown;
}

interface ContextEntry {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

/** Reads a kubeconfig given as text or as the path of a file. Throws when it names no server. */
export function parseKubeconfig(given: string): Connection {
  const text =
    !given.includes("\n") && fs.existsSync(given) ? fs.readFileSync(given, "utf8") : given;
  const document = parseDocument(text);
  const context = entry(document, "context", document["current-context"]) as ContextEntry;
  const cluster = entry(document, "cluster", context.cluster) as ClusterEntry;
  const user = entry(document, "user", context.user) as UserEntry;
  if (cluster.server === undefined) throw new Error("kubeconfig: current context has no server");
  if (cluster["proxy-url"] !== undefined || user.exec !== undefined) {
    throw new Error("kubeconfig: the lab provider knows neither proxy-url nor exec");
  }
  const { server } = cluster;
  const servername = cluster["tls-server-name"];
  return {
    server: new URL(server),
    namespace: context.namespace ?? "default",
    tls: {
      ...material("ca", cluster["certificate-authority-data"], cluster["certificate-authority"]),
      ...material("cert", user["client-certificate-data"], user["client-certificate"]),
      ...material("key", user["client-key-data"], user["client-key"]),
      ...(servername === undefined ? {} : { servername }),
      rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
    },
    ...(user.token === undefined ? {} : { token: user.token }),
  };
}

function parseDocument(text: string): Record<string, unknown> {
  try {
    const document: unknown = load(text);
    if (typeof document === "object" && document !== null) {
      return document as Record<string, unknown>;
    }
  } catch {
    // The parser's message quotes the text, which is secret.
  }
  throw new Error("kubeconfig: not a YAML map");
}

function entry(
  document: Record<string, unknown>,
  kind: "context" | "cluster" | "user",
  name: unknown,
): object {
  const list = document[`${kind}s`];
  const entries = Array.isArray(list) ? (list as Record<string, unknown>[]) : [];
  const found = entries.find((one) => one["name"] === name);
  return found?.[kind] ?? {};
}

function material<Name extends "ca" | "cert" | "key">(
  name: Name,
  data: string | undefined,
  file: string | undefined,
): Partial<Record<Name, Buffer>> {
  const bytes = data !== undefined ? Buffer.from(data, "base64") : undefined;
  const read = bytes ?? (file !== undefined ? fs.readFileSync(file) : undefined);
  return read === undefined ? {} : ({ [name]: read } as Partial<Record<Name, Buffer>>);
}
