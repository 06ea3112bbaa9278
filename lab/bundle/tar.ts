import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import * as tar from "tar-stream";

/** One member of an archive. Owner is root and time is the epoch, so the same input makes the same bytes. */
export type TarEntry =
  | { readonly name: string; readonly kind: "directory"; readonly mode: number }
  | { readonly name: string; readonly kind: "text"; readonly mode: number; readonly text: string }
  | {
      readonly name: string;
      readonly kind: "file";
      readonly mode: number;
      readonly source: string;
    };

export interface WriteTarArgs {
  readonly path: string;
  /** Written in this order. */
  readonly entries: readonly TarEntry[];
  readonly gzip: boolean;
}

/** Writes an archive and answers the hex SHA-256 of its uncompressed bytes. */
export async function writeTar({ path, entries, gzip }: WriteTarArgs): Promise<string> {
  const pack = tar.pack();
  const digest = crypto.createHash("sha256");
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      digest.update(chunk);
      done(null, chunk);
    },
  });
  const sink = fs.createWriteStream(path);
  const written = gzip
    ? pipeline(Readable.from(pack), tap, zlib.createGzip({ level: 6 }), sink)
    : pipeline(Readable.from(pack), tap, sink);
  await Promise.all([addEntries({ pack, entries }), written]);
  return digest.digest("hex");
}

async function addEntries({ pack, entries }: AddArgs): Promise<void> {
  for (const entry of entries) {
    const header = { name: entry.name, mode: entry.mode, mtime: new Date(0), uid: 0, gid: 0 };
    if (entry.kind === "directory") pack.entry({ ...header, type: "directory" });
    else if (entry.kind === "text") pack.entry(header, entry.text);
    else await addFile({ pack, header, source: entry.source });
  }
  pack.finalize();
}

interface AddArgs {
  readonly pack: tar.Pack;
  readonly entries: readonly TarEntry[];
}

async function addFile({ pack, header, source }: AddFileArgs): Promise<void> {
  const { size } = await fsp.stat(source);
  await pipeline(fs.createReadStream(source), pack.entry({ ...header, size }));
}

interface AddFileArgs {
  readonly pack: tar.Pack;
  readonly header: Partial<tar.Header> & { readonly name: string };
  readonly source: string;
}
