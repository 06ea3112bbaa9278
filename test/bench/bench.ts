/** `npm run bench [-- PART]`: what something costs on this computer; the first previews by default. */
import { runPart, type Command, type Parts } from "../support/parts";

const hosts: readonly Command[] = [{ words: ["tsx", "test/bench/hosts.ts"] }];

export const benches: Parts = {
  name: "npm run bench",
  parts: {
    hosts,
    mesh: [{ words: ["tsx", "test/bench/mesh-cost.ts"] }],
    "by-hand": [{ words: ["tsx", "test/bench/by-hand.ts"] }],
  },
  whole: hosts,
};

async function main(): Promise<void> {
  process.exitCode = await runPart(benches, process.argv.slice(2));
}

if (require.main === module) void main();
