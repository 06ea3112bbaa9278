import * as https from "node:https";
import { setTimeout as delay } from "node:timers/promises";

import type { Connection } from "./kubeconfig";
import type { KubeObject } from "./object";

/** What the API server refused, in its own words. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly reason: string,
  ) {
    super(message);
  }
}

/** Nobody answers at the address of the API server. */
export class UnreachableError extends Error {}

export interface Answer {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** The server's own limit for one request is a minute; a silent connection is given up after it. */
const silenceMs = 75_000;
const connectAttempts = 4;
const busyAttempts = 8;

interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** Requests to one API server over a few kept connections. */
export class ApiClient {
  private readonly agent: https.Agent;

  constructor(private readonly connection: Connection) {
    this.agent = new https.Agent({ keepAlive: true, maxSockets: 32, ...connection.tls });
  }

  get address(): string {
    return this.connection.server.origin;
  }

  async get<Body = KubeObject>(
    path: string,
    options: { accept?: string; signal?: AbortSignal } = {},
  ): Promise<Body> {
    return JSON.parse((await this.call({ method: "GET", path, ...options })).text) as Body;
  }

  /** Server-side apply. `dryRun` asks the server what would come out and changes nothing. */
  async apply(
    path: string,
    object: KubeObject,
    options: { manager: string; force: boolean; dryRun: boolean; signal?: AbortSignal },
  ): Promise<Answer> {
    const query = new URLSearchParams({
      fieldManager: options.manager,
      force: String(options.force),
      fieldValidation: "Warn",
      ...(options.dryRun && { dryRun: "All" }),
    });
    const { text, warnings } = await this.call({
      method: "PATCH",
      path: `${path}?${query.toString()}`,
      // JSON is YAML.
      contentType: "application/apply-patch+yaml",
      body: object,
      ...(options.signal && { signal: options.signal }),
    });
    return { object: JSON.parse(text) as KubeObject, warnings };
  }

  async delete(
    path: string,
    options: { propagationPolicy: string; signal?: AbortSignal },
  ): Promise<void> {
    const { propagationPolicy, signal } = options;
    await this.call({
      method: "DELETE",
      path,
      contentType: "application/json",
      body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy },
      ...(signal && { signal }),
    });
  }

  close(): void {
    this.agent.destroy();
  }

  /** Every request here may be repeated, so a lost connection or a busy server is tried again. */
  private async call(call: Call): Promise<Received> {
    for (let attempt = 1; ; attempt++) {
      try {
        const received = await this.once(call);
        if (received.status < 400) return received;
        const busy = received.status === 429 || received.retryAfter !== undefined;
        if (!busy || attempt >= busyAttempts) throw refusal(received);
        await delay((received.retryAfter ?? 1) * 1000, undefined, wakeable(call));
      } catch (error) {
        if (error instanceof ApiError || call.signal?.aborted === true) throw error;
        if (attempt >= connectAttempts) {
          const { message } = error as Error;
          throw new UnreachableError(`${this.address}: ${message}`);
        }
        await delay(250 * 2 ** attempt, undefined, wakeable(call));
      }
    }
  }

  private once(call: Call): Promise<Received> {
    const { server, token } = this.connection;
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const base = server.pathname.replace(/\/$/, "");
    return new Promise((resolve, reject) => {
      const request = https.request(
        {
          agent: this.agent,
          host: server.hostname.replace(/^\[|\]$/g, ""),
          port: server.port === "" ? 443 : Number(server.port),
          path: base + call.path,
          method: call.method,
          timeout: silenceMs,
          headers: {
            accept: call.accept ?? "application/json",
            "user-agent": "nordmesh-lab",
            ...(body !== undefined && {
              "content-type": call.contentType ?? "application/json",
              "content-length": Buffer.byteLength(body),
            }),
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
          ...(call.signal && { signal: call.signal }),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const retryAfter = response.headers["retry-after"];
            resolve({
              status: response.statusCode ?? 0,
              text: Buffer.concat(chunks).toString("utf8"),
              warnings: warningsOf(response.headers["warning"]),
              ...(retryAfter !== undefined && { retryAfter: Number(retryAfter) }),
            });
          });
        },
      );
      request.on("timeout", () => request.destroy(new Error("no answer for 75 seconds")));
      request.on("error", reject);
      request.end(body);
    });
  }
}

interface Received {
  readonly status: number;
  readonly text: string;
  readonly warnings: readonly string[];
  /** Seconds. */
  readonly retryAfter?: number;
}

function wakeable({ signal }: Call): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function refusal({ status, text }: Received): ApiError {
  try {
    const { message, reason } = JSON.parse(text) as { message?: string; reason?: string };
    if (message !== undefined) return new ApiError(message, status, reason ?? "");
  } catch {
    // Not a Status object: said by something in front of the API server.
  }
  return new ApiError(`status ${status}: ${text.trim().slice(0, 300)}`, status, "");
}

/** Texts of `299 - "text"` headers. */
function warningsOf(header: string | string[] | undefined): readonly string[] {
  const text = Array.isArray(header) ? header.join(", ") : (header ?? "");
  return [...text.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, warning = ""]) =>
    warning.replaceAll('\\"', '"'),
  );
}
