/** `npm run build -w components`: compiled modules with their types, and the shell files beside them. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const dist = join(__dirname, "dist");

rmSync(dist, { recursive: true, force: true });
const compiler = require.resolve("typescript/bin/tsc");
execFileSync(process.execPath, [compiler, "-p", __dirname], { stdio: "inherit" });
for (const slice of readdirSync(dist, { withFileTypes: true })) {
  const scripts = join(__dirname, slice.name, "scripts");
  if (existsSync(scripts)) cpSync(scripts, join(dist, slice.name, "scripts"), { recursive: true });
}
cpSync(join(__dirname, "..", "LICENSE"), join(__dirname, "LICENSE"));
