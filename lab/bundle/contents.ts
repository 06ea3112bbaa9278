import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import * as path from "node:path";
import type { ImageSet } from "../../components/host/artifacts";
import {
  ensureHostPackages,
  ensureTool,
  moduleDirectory,
  note,
  NotServed,
  run,
  TOOL_GROUPS,
  whyUnreachable,
} from "../toolchain";
import { writeManifest } from "./checksums";
import { type Layer, writeDockerArchive } from "./docker-archive";
import { type BaseTree, imagesOf, type ImageSource } from "./images";
import { IMAGE_DIGESTS } from "./pins";
import { pullImage, registryOrigin } from "./pull";
import { type TarEntry, writeTar } from "./tar";

/** Release set whose artifacts the bundle holds. */
export const RELEASE = "2026.1";

const EXECUTABLES = ["kubeadm", "kubelet", "kubectl", "runc"];

/** Programs a bundle of these sets holds. */
export function programNames(sets: readonly ImageSet[]): readonly string[] {
  return [...nodePrograms(), ...imagePrograms(Object.values(imagesOf(sets)).flat())];
}

/** Of these, the programs that are needed here: an image that its registry serves needs none. */
export async function programsToMake(sets: readonly ImageSet[]): Promise<readonly string[]> {
  const images = Object.values(imagesOf(sets)).flat();
  const reasons = await Promise.all(images.map((image) => whyNotPulled(image)));
  const made = images.filter((_image, index) => reasons[index] !== undefined);
  return [...nodePrograms(), ...imagePrograms(made)];
}

function nodePrograms(): readonly string[] {
  return [...EXECUTABLES, ...groupPrograms("containerd"), ...groupPrograms("cni")];
}

function imagePrograms(images: readonly ImageSource[]): readonly string[] {
  return images.flatMap(({ programs }) => Object.keys(programs));
}

function whyNotPulled({ reference }: ImageSource): Promise<string | undefined> {
  return whyUnreachable(registryOrigin(reference));
}

function groupPrograms(name: string): string[] {
  const group = TOOL_GROUPS.find((candidate) => candidate.name === name);
  return Object.keys(group?.programs ?? {}).sort();
}

/** Writes the directory `bundle` and its file system image `bundle.img` below a directory. */
export async function writeBundle({ directory, sets }: WriteBundleArgs): Promise<void> {
  const bundle = path.join(directory, "bundle");
  await fsp.mkdir(bundle);
  await fsp.writeFile(path.join(bundle, "RELEASE"), `${RELEASE}\n`);
  for (const name of EXECUTABLES) {
    await fsp.copyFile(await ensureTool(name), path.join(bundle, name));
    await fsp.chmod(path.join(bundle, name), 0o755);
  }
  await writeTar({
    path: path.join(bundle, "containerd.tar.gz"),
    gzip: true,
    entries: [
      { name: "bin", kind: "directory", mode: 0o755 },
      ...(await executables({ names: groupPrograms("containerd"), below: "bin/" })),
    ],
  });
  await writeTar({
    path: path.join(bundle, "cni-plugins.tgz"),
    gzip: true,
    entries: [
      { name: "./", kind: "directory", mode: 0o755 },
      ...(await executables({ names: groupPrograms("cni"), below: "./" })),
    ],
  });
  const trees = path.join(directory, "trees");
  await fsp.mkdir(trees);
  for (const [set, images] of Object.entries(imagesOf(sets))) {
    const folder = path.join(bundle, "images", set);
    await fsp.mkdir(folder, { recursive: true });
    for (const source of images) await writeImage({ source, folder, trees });
  }
  await fsp.rm(trees, { recursive: true });
  await writeManifest(bundle);
  const disk = path.join(directory, "bundle.img");
  await script({ name: "build-disk.sh", env: { SOURCE_DIR: bundle, OUTPUT: disk } });
}

interface WriteBundleArgs {
  readonly directory: string;
  readonly sets: readonly ImageSet[];
}

/** An image from its registry where that can be reached, else one of the same programs. */
async function writeImage(args: WriteImageArgs): Promise<void> {
  const { source, folder } = args;
  const file = path.join(folder, `${source.name}.tar`);
  const reason = (await whyNotPulled(source)) ?? (await pull({ source, file }));
  if (reason === undefined) return;
  note(`${reason}: image ${source.reference} is made of the lab's programs`);
  await makeImage({ ...args, file });
}

/** Why an image was not served; undefined when it is there now. */
async function pull({ source, file }: PullSourceArgs): Promise<string | undefined> {
  const { reference } = source;
  try {
    await pullImage({ reference, digest: IMAGE_DIGESTS[reference], file });
    return undefined;
  } catch (error) {
    if (error instanceof NotServed) return error.message;
    throw error;
  }
}

interface PullSourceArgs {
  readonly source: ImageSource;
  readonly file: string;
}

async function makeImage({ source, trees, file }: MakeImageArgs): Promise<void> {
  const base: Layer =
    source.tree === undefined
      ? { entries: SKELETON }
      : { archive: await ensureBase({ tree: source.tree, trees }) };
  await writeDockerArchive({
    file,
    image: {
      reference: source.reference,
      entrypoint: source.entrypoint,
      command: source.command ?? [],
      user: source.user,
      workingDirectory: source.workingDirectory ?? "/",
      layers: [
        base,
        { entries: [...accountFiles(source.accounts), ...(await programsAndFiles(source))] },
      ],
    },
  });
}

async function ensureBase({ tree, trees }: { tree: BaseTree; trees: string }): Promise<string> {
  const archive = path.join(trees, `${tree}.tar`);
  if (fs.existsSync(archive)) return archive;
  await ensureHostPackages({ purpose: "imageTree" });
  await script({ name: `build-${tree}-tree.sh`, env: { OUTPUT: archive } });
  return archive;
}

async function programsAndFiles({ programs, files = {} }: ImageSource): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for (const [program, name] of Object.entries(programs)) {
    entries.push({ name, kind: "file", mode: 0o755, source: await ensureTool(program) });
  }
  for (const [name, file] of Object.entries(files)) {
    const source = path.join(await moduleDirectory(file), file.path);
    const mode = file.executable === true ? 0o755 : 0o644;
    for (const below of await filesBelow(source)) {
      entries.push({
        name: path.join(name, below),
        kind: "file",
        mode,
        source: path.join(source, below),
      });
    }
  }
  return entries;
}

/** Paths of the files below a directory; of a file an empty one, itself. */
async function filesBelow(source: string): Promise<readonly string[]> {
  if (!(await fsp.stat(source)).isDirectory()) return [""];
  const entries = await fsp.readdir(source, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(source, path.join(entry.parentPath, entry.name)))
    .sort();
}

interface MakeImageArgs extends WriteImageArgs {
  readonly file: string;
}

interface WriteImageArgs {
  readonly source: ImageSource;
  readonly folder: string;
  /** Directory of the base trees that were made so far. */
  readonly trees: string;
}

/** What static programs expect of a root file system. */
const SKELETON: readonly TarEntry[] = [
  { name: "etc", kind: "directory", mode: 0o755 },
  {
    name: "etc/passwd",
    kind: "text",
    mode: 0o644,
    text: "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534::/nonexistent:/sbin/nologin\n",
  },
  { name: "etc/group", kind: "text", mode: 0o644, text: "root:x:0:\nnogroup:x:65534:\n" },
  { name: "tmp", kind: "directory", mode: 0o1777 },
];

/** The account files of an image that has accounts of its own; none otherwise. */
function accountFiles(accounts: Readonly<Record<string, number>> = {}): TarEntry[] {
  const own = Object.entries(accounts);
  if (own.length === 0) return [];
  const users = own.map(([name, id]) => `${name}:x:${id}:${id}::/:/sbin/nologin\n`).join("");
  const groups = own.map(([name, id]) => `${name}:x:${id}:\n`).join("");
  const root = "root:x:0:0:root:/root:/sbin/nologin\n";
  return [
    { name: "etc/passwd", kind: "text", mode: 0o644, text: root + users },
    { name: "etc/group", kind: "text", mode: 0o644, text: `root:x:0:\n${groups}` },
  ];
}

async function executables({ names, below }: ExecutablesArgs): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for (const name of names) {
    const source = await ensureTool(name);
    entries.push({ name: `${below}${name}`, kind: "file", mode: 0o755, source });
  }
  return entries;
}

interface ExecutablesArgs {
  readonly names: readonly string[];
  readonly below: string;
}

async function script({ name, env }: { name: string; env: Record<string, string> }): Promise<void> {
  const command = path.join(__dirname, "scripts", name);
  await run({ command, args: [], env, log: path.basename(name, ".sh") });
}
