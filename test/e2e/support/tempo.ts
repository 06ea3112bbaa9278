/** What Tempo answers about traces, through the API server. */
import { randomBytes } from "node:crypto";
import type { Kubectl } from "./machine";

const service = "/api/v1/namespaces/monitoring/services/tempo:3200/proxy";

export interface Span {
  /** Service that sent it: app and namespace. */
  readonly service: string;
  readonly id: string;
  readonly parent: string;
  readonly kind: string;
}

/** A trace that is begun outside the mesh, and asked for by its header. */
export interface BegunTrace {
  readonly id: string;
  readonly parent: string;
  readonly headers: readonly string[];
}

interface StoredSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: string;
}

interface StoredTrace {
  readonly batches?: readonly {
    readonly resource: {
      readonly attributes: readonly {
        readonly key: string;
        readonly value: { readonly stringValue?: string };
      }[];
    };
    readonly scopeSpans: readonly { readonly spans: readonly StoredSpan[] }[];
  }[];
}

/** Its own id is in `traceparent`, whose flag alone makes no proxy trace it: https://www.w3.org/TR/trace-context/ */
export function beginTrace(): BegunTrace {
  const [id, parent] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
  const headers = [`traceparent: 00-${id}-${parent}-01`, "x-client-trace-id: a-test"];
  return { id, parent, headers };
}

export class Tempo {
  constructor(private readonly kubectl: Kubectl) {}

  /** Its spans, the first one first; empty where it has none, or does not answer. */
  async spansOf(id: string): Promise<readonly Span[]> {
    const text = await this.get(`/api/traces/${id}`).catch(() => "{}");
    const { batches = [] } = JSON.parse(text) as StoredTrace;
    const spans = batches.flatMap(({ resource, scopeSpans }) => {
      const named = resource.attributes.find(({ key }) => key === "service.name");
      const name = named?.value.stringValue ?? "";
      return scopeSpans.flatMap((scope) => scope.spans.map((span) => spanOf(name, span)));
    });
    return spans.sort((one, other) => Number(one.id === other.parent) * -1);
  }

  /** Number of the traces that TraceQL finds, up to 1,000. */
  async count(query: string): Promise<number> {
    const text = await this.get(`/api/search?limit=1000&q=${encodeURIComponent(query)}`);
    return (JSON.parse(text) as { readonly traces?: readonly unknown[] }).traces?.length ?? 0;
  }

  /** The configuration in force; it is not quite YAML. */
  configuration(): Promise<string> {
    return this.get("/status/config");
  }

  private get(path: string): Promise<string> {
    return this.kubectl.run("get", "--raw", `${service}${path}`);
  }
}

function spanOf(service: string, { spanId, parentSpanId = "", kind }: StoredSpan): Span {
  return { service, id: hex(spanId), parent: hex(parentSpanId), kind };
}

const hex = (base64: string): string => Buffer.from(base64, "base64").toString("hex");
