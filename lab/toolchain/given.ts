import * as fs from "node:fs";

/** Programs that no registry of packages has the source of, and the variable that names a file of each. */
const VARIABLES: Readonly<Record<string, string>> = { ztunnel: "NORDMESH_ZTUNNEL" };

export function isGiven(name: string): boolean {
  return name in VARIABLES;
}

/** @throws Error when its variable names no file. */
export function givenTool(name: string): string {
  const file = fileOf(name);
  if (file !== undefined) return file;
  throw new Error(
    `${name} cannot be built here, as no registry of packages serves its source: name a program of it in ${VARIABLES[name]}, or let the registry of its image be reached`,
  );
}

export function isThere(name: string): boolean {
  return fileOf(name) !== undefined;
}

/** Tells one file from another without reading it. */
export function givenKey(name: string): string {
  const file = fileOf(name);
  if (file === undefined) return `no ${name}`;
  const { size, mtimeMs } = fs.statSync(file);
  return `${name} ${size} ${mtimeMs}`;
}

function fileOf(name: string): string | undefined {
  const file = process.env[VARIABLES[name] ?? ""];
  return file !== undefined && fs.existsSync(file) ? file : undefined;
}
