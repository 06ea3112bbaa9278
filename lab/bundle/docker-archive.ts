import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { type TarEntry, writeTar } from "./tar";

export interface ImageSpec {
  /** Full name with tag, as the node asks for it. */
  readonly reference: string;
  /** Layers from the bottom up: entries, or a finished archive. */
  readonly layers: readonly Layer[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** `uid:gid`; empty is root. */
  readonly user: string;
}

export type Layer = { readonly entries: readonly TarEntry[] } | { readonly archive: string };

/** Writes one image as `docker save` would: `manifest.json`, the configuration and each layer, uncompressed. */
export async function writeDockerArchive({ file, image }: DockerArchiveArgs): Promise<void> {
  const work = await fsp.mkdtemp(`${file}.layers-`);
  try {
    const layers: StoredLayer[] = [];
    for (const layer of image.layers) layers.push(await storeLayer({ layer, work }));
    const config = JSON.stringify(configOf({ image, layers }));
    await writeStoredImage({ file, reference: image.reference, config, layers });
  } finally {
    await fsp.rm(work, { recursive: true });
  }
}

/** The same from layers on disk and the text of the configuration, which are written as they are. */
export async function writeStoredImage(image: StoredImageArgs): Promise<void> {
  const { file, reference, config, layers } = image;
  const configName = `${crypto.createHash("sha256").update(config).digest("hex")}.json`;
  const names = layers.map(({ digest }) => `${digest}/layer.tar`);
  const manifest = [{ Config: configName, RepoTags: [reference], Layers: names }];
  await writeTar({
    path: file,
    gzip: false,
    entries: [
      ...layers.map(({ digest, source }): TarEntry => {
        return { name: `${digest}/layer.tar`, kind: "file", mode: 0o644, source };
      }),
      { name: configName, kind: "text", mode: 0o644, text: config },
      { name: "manifest.json", kind: "text", mode: 0o644, text: JSON.stringify(manifest) },
    ],
  });
}

export interface StoredImageArgs {
  readonly file: string;
  readonly reference: string;
  /** JSON of the image configuration. */
  readonly config: string;
  readonly layers: readonly StoredLayer[];
}

export interface DockerArchiveArgs {
  readonly file: string;
  readonly image: ImageSpec;
}

/** An uncompressed layer on disk and its hex SHA-256. */
export interface StoredLayer {
  readonly digest: string;
  readonly source: string;
}

async function storeLayer({ layer, work }: StoreLayerArgs): Promise<StoredLayer> {
  if ("archive" in layer) {
    return { digest: await sha256File(layer.archive), source: layer.archive };
  }
  const source = path.join(work, crypto.randomUUID());
  const digest = await writeTar({ path: source, entries: layer.entries, gzip: false });
  return { digest, source };
}

interface StoreLayerArgs {
  readonly layer: Layer;
  readonly work: string;
}

function configOf({
  image,
  layers,
}: {
  image: ImageSpec;
  layers: readonly StoredLayer[];
}): unknown {
  const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  return {
    architecture: "amd64",
    os: "linux",
    created: "1970-01-01T00:00:00Z",
    config: {
      Env: [`PATH=${searchPath}`],
      WorkingDir: image.workingDirectory,
      ...(image.entrypoint.length === 0 ? {} : { Entrypoint: image.entrypoint }),
      ...(image.command.length === 0 ? {} : { Cmd: image.command }),
      ...(image.user === "" ? {} : { User: image.user }),
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
  };
}

/** Hex SHA-256 of a file. */
export async function sha256File(file: string): Promise<string> {
  const digest = crypto.createHash("sha256");
  await pipeline(fs.createReadStream(file), digest);
  return digest.digest("hex");
}
