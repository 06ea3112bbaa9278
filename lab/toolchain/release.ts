import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import * as path from "node:path";
import { cached, cachedPath, keyOf } from "./cache";
import { download, downloadText } from "./download";
import { run } from "./process";
import { phase } from "./progress";
import type { VendorFile } from "./vendor";

/** First download on a line of 100 Mbit/s. */
export const RELEASE_SECONDS = 10;

/** Path of a program in the cache where its vendor's file was downloaded, else undefined. */
export function findDownloaded(file: VendorFile, program: string): string | undefined {
  const found = path.join(cachedPath(placeOf(file)), program);
  return fs.existsSync(found) ? found : undefined;
}

/** Directory of the cache with the programs of a vendor's file, downloaded when absent. */
export async function ensureDownloaded(file: VendorFile): Promise<string> {
  const title = `download ${path.basename(new URL(file.url).pathname)}`;
  const build = (directory: string): Promise<void> =>
    phase({ title, seconds: RELEASE_SECONDS }, () => fetchPrograms({ file, directory }));
  return cached({ ...placeOf(file), build });
}

function placeOf(file: VendorFile): { name: string; key: string } {
  return { name: `release-${Object.keys(file.programs)[0]}`, key: keyOf([JSON.stringify(file)]) };
}

async function fetchPrograms({ file, directory }: FetchArgs): Promise<void> {
  const { url, sha256 } = file;
  const name = path.basename(new URL(url).pathname);
  const archive = path.join(directory, `${name}.download`);
  const expected =
    typeof sha256 === "string"
      ? sha256
      : publishedDigest({ text: await downloadText({ url: sha256.publishedAt }), name });
  if (expected === undefined) {
    throw new Error(`no SHA-256 of ${name} in what ${JSON.stringify(sha256)} says: not used`);
  }
  await download({ url, file: archive, sha256: expected });
  const unpacked = path.join(directory, "unpacked");
  await fsp.mkdir(unpacked);
  if (/\.(tgz|tar\.gz)$/.test(name)) {
    const args = ["-xzf", archive, "-C", unpacked, "--no-same-owner"];
    await run({ command: "tar", args, log: `unpack-${name}` });
  } else {
    await fsp.rename(archive, path.join(unpacked, name));
  }
  for (const [program, member] of Object.entries(file.programs)) {
    const target = path.join(directory, program);
    await fsp.rename(path.join(unpacked, member), target).catch(() => {
      throw new Error(`${url} holds no ${member}`);
    });
    await fsp.chmod(target, 0o755);
  }
  await fsp.rm(unpacked, { recursive: true });
  await fsp.rm(archive, { force: true });
}

interface FetchArgs {
  readonly file: VendorFile;
  readonly directory: string;
}

/** The digest that a vendor's checksum file gives for a name; a lone digest is for any name. */
export function publishedDigest({
  text,
  name,
}: {
  text: string;
  name: string;
}): string | undefined {
  const lines = text.split("\n").map((line) => line.trim());
  const entries = lines.filter((line) => line !== "").map((line) => line.split(/\s+/));
  const [only] = entries.length === 1 ? entries : [];
  const found =
    only?.length === 1
      ? only[0]
      : entries.find(([, of = ""]) => path.basename(of.replace(/^\*/, "")) === name)?.[0];
  return found !== undefined && /^[0-9a-f]{64}$/i.test(found) ? found.toLowerCase() : undefined;
}
