import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import { answered, download, refusal } from "../toolchain";
import { sha256File, type StoredLayer, writeStoredImage } from "./docker-archive";

export interface PullArgs {
  /** Full name with tag, as the node asks for it. */
  readonly reference: string;
  /** Digest of its manifest or of its index; by default what the registry has under the tag. */
  readonly digest?: string | undefined;
  /** The archive to write. */
  readonly file: string;
  /** Where the registry answers. Default: by its name, over TLS. */
  readonly origin?: string;
}

const KINDS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Where the registry of a reference answers. */
export function registryOrigin(reference: string): string {
  const { registry } = parts(reference);
  return `https://${registry === "docker.io" ? "registry-1.docker.io" : registry}`;
}

/** Writes a registry's image for x86-64 as `docker save` would; every part is checked against its digest. */
export async function pullImage({ reference, digest, file, origin }: PullArgs): Promise<void> {
  const { repository, tag } = parts(reference);
  const base = `${origin ?? registryOrigin(reference)}/v2/${repository}`;
  const headers = await authorize(`${base}/manifests/${digest ?? tag}`);
  const text = (kind: string, name: string, expected?: string): Promise<string> =>
    checkedText({ url: `${base}/${kind}/${name}`, headers, expected });
  const manifest = await manifestFor(await text("manifests", digest ?? tag, digest), (chosen) =>
    text("manifests", chosen, chosen),
  );
  const config = await text("blobs", manifest.config.digest, manifest.config.digest);
  const { diff_ids: contents } = (JSON.parse(config) as Config).rootfs;
  const work = await fsp.mkdtemp(`${file}.layers-`);
  try {
    const layers: StoredLayer[] = [];
    for (const [index, layer] of manifest.layers.entries()) {
      const packed = path.join(work, `${index}.packed`);
      const url = `${base}/blobs/${layer.digest}`;
      await download({ url, headers, file: packed, sha256: hexOf(layer.digest) });
      const source = path.join(work, `${index}.tar`);
      await unpackLayer({ packed, source, kind: layer.mediaType });
      const found = await sha256File(source);
      if (contents[index] !== `sha256:${found}`) {
        throw new Error(`${url} unpacks to SHA-256 ${found}, expected is ${contents[index]}`);
      }
      layers.push({ digest: found, source });
      await fsp.rm(packed, { force: true });
    }
    await writeStoredImage({ file, reference, config, layers });
  } finally {
    await fsp.rm(work, { recursive: true });
  }
}

function parts(reference: string): { registry: string; repository: string; tag: string } {
  const match = /^([^/]+)\/(.+):([^:/]+)$/.exec(reference);
  const [, registry, repository, tag] = match ?? [];
  if (registry === undefined || repository === undefined || tag === undefined) {
    throw new Error(`image ${reference} is not REGISTRY/REPOSITORY:TAG`);
  }
  return { registry, repository, tag };
}

/** Headers of every later request: a token for anybody where the registry wants one. */
async function authorize(url: string): Promise<Record<string, string>> {
  const challenge = await answered({ url, headers: { accept: KINDS } }, async (response) => {
    await response.body?.cancel();
    return response.status === 401 ? (response.headers.get("www-authenticate") ?? "") : undefined;
  });
  if (challenge === undefined) return { accept: KINDS };
  const field = (name: string): string =>
    new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  if (field("realm") === "") throw new Error(`${url}: sign-in by "${challenge}" is not known here`);
  const realm = new URL(field("realm"));
  for (const name of ["service", "scope"]) realm.searchParams.set(name, field(name));
  const answer = JSON.parse(await checkedText({ url: realm.href, headers: {} })) as Token;
  return { accept: KINDS, authorization: `Bearer ${answer.token ?? answer.access_token}` };
}

/** The manifest for x86-64 Linux: the text itself, or what an index names. */
async function manifestFor(
  text: string,
  load: (digest: string) => Promise<string>,
): Promise<Manifest> {
  const document = JSON.parse(text) as Manifest | Index;
  if (!("manifests" in document)) return document;
  const chosen = document.manifests.find(
    ({ platform }) => platform?.os === "linux" && platform.architecture === "amd64",
  );
  if (chosen === undefined) throw new Error("the image has no variant for x86-64 Linux");
  return JSON.parse(await load(chosen.digest)) as Manifest;
}

async function checkedText({ url, headers, expected }: CheckedArgs): Promise<string> {
  return answered({ url, headers }, async (response) => {
    if (!response.ok) throw refusal(url, response);
    const bytes = Buffer.from(await response.arrayBuffer());
    const found = `sha256:${crypto.createHash("sha256").update(bytes).digest("hex")}`;
    if (expected !== undefined && expected !== found) {
      throw new Error(`${url} has digest ${found}, expected is ${expected}: not used`);
    }
    return bytes.toString("utf8");
  });
}

interface CheckedArgs {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expected?: string | undefined;
}

async function unpackLayer({ packed, source, kind }: UnpackArgs): Promise<void> {
  if (/tar$/.test(kind)) return fsp.rename(packed, source);
  if (!/gzip$/.test(kind)) throw new Error(`layer of kind ${kind}: only gzip can be unpacked`);
  await pipeline(fs.createReadStream(packed), zlib.createGunzip(), fs.createWriteStream(source));
}

interface UnpackArgs {
  readonly packed: string;
  readonly source: string;
  readonly kind: string;
}

function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, "");
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string; readonly mediaType: string }[];
}

interface Index {
  readonly manifests: readonly {
    readonly digest: string;
    readonly platform?: { readonly os: string; readonly architecture: string };
  }[];
}

interface Config {
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

interface Token {
  readonly token?: string;
  readonly access_token?: string;
}
