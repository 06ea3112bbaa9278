import * as fsp from "node:fs/promises";
import * as path from "node:path";
import { sha256File } from "./docker-archive";

/** Name of the file that lists every other file of a bundle, in `sha256sum -c` format. */
export const MANIFEST = "SHA256SUMS";

/** Writes the manifest of a bundle directory and answers its own hex SHA-256. */
export async function writeManifest(directory: string): Promise<string> {
  const manifest = path.join(directory, MANIFEST);
  const names = (await filesBelow(directory)).filter((name) => name !== MANIFEST);
  const lines: string[] = [];
  for (const name of names) {
    lines.push(`${await sha256File(path.join(directory, name))}  ${name}\n`);
  }
  await fsp.writeFile(manifest, lines.join(""));
  return sha256File(manifest);
}

/** Relative names of all files, in byte order. */
async function filesBelow(directory: string): Promise<string[]> {
  const entries = await fsp.readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const names = files.map((entry) =>
    path.relative(directory, path.join(entry.parentPath, entry.name)),
  );
  return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
