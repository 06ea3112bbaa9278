/** Installs what one part of the lab needs on this computer: `tsx lab/packages.ts test`. */
import { ensureHostPackages, type Purpose } from "./toolchain";

ensureHostPackages({ purpose: (process.argv[2] ?? "test") as Purpose }).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
