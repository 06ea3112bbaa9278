/** `npx tsx build.ts` in package/: compiled modules in bin/, beside the sources that Pulumi's analyzer reads. */
import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

rmSync(join(__dirname, "bin"), { recursive: true, force: true });
const compiler = require.resolve("typescript/bin/tsc");
// `npm run lint` checks the types against the sources of the components, which must not be compiled again here.
const words = ["-p", __dirname, "--paths", "null", "--noCheck"];
execFileSync(process.execPath, [compiler, ...words], { stdio: "inherit" });
cpSync(join(__dirname, "..", "LICENSE"), join(__dirname, "LICENSE"));
