import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";

/** A server that did not give what was asked for; a wrong digest is never one of these. */
export class NotServed extends Error {
  constructor(
    readonly url: string,
    reason: string,
    /** Whether asking once more may help. */
    readonly passing: boolean,
  ) {
    super(`${url}: ${reason}`);
  }
}

export interface RequestArgs {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds without a byte after which the server is given up. */
  readonly patience?: number;
}

export interface DownloadArgs extends RequestArgs {
  readonly file: string;
  /** Hex SHA-256 of the content. */
  readonly sha256: string;
}

const PATIENCE = 30_000;
const ATTEMPTS = 3;
const PROBE_LIMIT = 2000;

const probes = new Map<string, Promise<string | undefined>>();

/** Why the server of a URL does not answer, undefined when it does; each is asked once per process. */
export function whyUnreachable(url: string): Promise<string | undefined> {
  const { origin } = new URL(url);
  const known = probes.get(origin) ?? probe(origin);
  probes.set(origin, known);
  return known;
}

async function probe(origin: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(PROBE_LIMIT);
  try {
    const response = await fetch(origin, { method: "HEAD", redirect: "manual", signal });
    await response.body?.cancel();
    return undefined;
  } catch (error) {
    return `${new URL(origin).host} cannot be reached (${reasonOf(error)})`;
  }
}

/** Puts the content of a URL in a file, which appears only whole and with the given digest. */
export async function download({ file, sha256, ...request }: DownloadArgs): Promise<void> {
  const part = `${file}.part`;
  try {
    const found = await receive({ request, part });
    if (found !== sha256) {
      throw new Error(`${request.url} has SHA-256 ${found}, expected is ${sha256}: not used`);
    }
    await fsp.rename(part, file);
  } finally {
    await fsp.rm(part, { force: true });
  }
}

/** The text behind a URL. */
export async function downloadText(request: RequestArgs): Promise<string> {
  return answered(request, async (response) => {
    if (!response.ok) throw refusal(request.url, response);
    return response.text();
  });
}

type Use<T> = (response: Response, heard: () => void) => Promise<T>;

/** Hands an answer of any status to `use`; a server that breaks off or falls silent is asked again. */
export async function answered<T>(request: RequestArgs, use: Use<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await answeredOnce(request, use);
    } catch (error) {
      const again = error instanceof NotServed && error.passing && attempt < ATTEMPTS;
      if (!again) throw error;
      await delay(200 * attempt);
    }
  }
}

async function answeredOnce<T>(
  { url, headers = {}, patience = PATIENCE }: RequestArgs,
  use: Use<T>,
): Promise<T> {
  const stop = new AbortController();
  const silent = new Error(`nothing came for ${patience / 1000} s`);
  const timer = setTimeout(() => stop.abort(silent), patience);
  try {
    // A server that compresses an archive once more would change what is checked.
    const asked = { "accept-encoding": "identity", ...headers };
    const response = await fetch(url, { headers: asked, signal: stop.signal });
    if (url.startsWith("https:") && !response.url.startsWith("https:")) {
      throw new Error(`${url} leads to ${response.url} without TLS: not used`);
    }
    return await use(response, () => void timer.refresh());
  } catch (error) {
    if (stop.signal.aborted) throw new NotServed(url, silent.message, true);
    if (isTransport(error)) throw new NotServed(url, reasonOf(error), true);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** What an answer that is not a success means. */
export function refusal(url: string, response: Response): NotServed {
  return new NotServed(url, `the server answers ${response.status}`, response.status >= 500);
}

/** Writes the content to a file and answers its digest. */
function receive({ request, part }: { request: RequestArgs; part: string }): Promise<string> {
  return answered(request, async (response, heard) => {
    if (!response.ok || response.body === null) throw refusal(request.url, response);
    const digest = crypto.createHash("sha256");
    const content = Readable.from(tapped(response.body, digest, heard));
    await pipeline(content, fs.createWriteStream(part));
    return digest.digest("hex");
  });
}

async function* tapped(
  body: AsyncIterable<Uint8Array>,
  digest: crypto.Hash,
  heard: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    heard();
    digest.update(chunk);
    yield chunk;
  }
}

/** Node's fetch tells every failure of the network as a TypeError with a cause. */
function isTransport(error: unknown): boolean {
  return error instanceof TypeError && error.cause !== undefined;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer in ${PROBE_LIMIT / 1000} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code } = cause as NodeJS.ErrnoException;
  return code ?? cause.message;
}
