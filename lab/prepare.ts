import { type Bundle, bundleKey, ensureBundle } from "./bundle";
import { ensureImage, imageKey } from "./image";
import { ensureHostPackages, ensureTool } from "./toolchain";

/** Everything a lab run needs on this machine; paths are absolute. */
export interface Lab {
  readonly pulumi: string;
  readonly kubectl: string;
  /** Guest image directory, for MACHINE_IMAGE. */
  readonly image: string;
  readonly bundle: Bundle;
}

/** Makes what is absent, tells on standard error what it does; takes a moment when nothing is. */
export async function prepareLab(): Promise<Lab> {
  await ensureHostPackages({ purpose: "machine" });
  const pulumi = await ensureTool("pulumi");
  const image = await ensureImage();
  const bundle = await ensureBundle();
  const kubectl = await ensureTool("kubectl");
  return { pulumi, kubectl, image, bundle };
}

async function main(args: readonly string[]): Promise<void> {
  const started = Date.now();
  const lab = await prepareLab();
  if (args.includes("--json")) {
    process.stdout.write(`${JSON.stringify(lab)}\n`);
    return;
  }
  const lines = [
    `lab is ready after ${Math.round((Date.now() - started) / 1000)} s`,
    `pulumi           ${lab.pulumi}`,
    `kubectl          ${lab.kubectl}`,
    `guest image      ${lab.image} (recipe ${imageKey()})`,
    `bundle           ${lab.bundle.dir} (recipe ${bundleKey()})`,
    `bundle disk      ${lab.bundle.image}`,
    `manifestSha256   ${lab.bundle.manifestSha256}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
