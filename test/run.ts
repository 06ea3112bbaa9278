/** `npm test [-- PART]`: lint and all tests that fit into 20 minutes, or one part of the tests. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runPart, type Command, type Parts } from "./support/parts";

const machines = ["mocha", "--config", ".mocharc.e2e.json"];

export const tests: Parts = {
  name: "npm test",
  parts: {
    unit: [{ words: ["mocha", "--ignore", "test/e2e/**"] }],
    nodes: [{ words: [...machines, "test/e2e/nodes.test.ts"] }],
    programs: [{ words: [...machines, "test/e2e/programs.test.ts"] }],
    mesh: [{ words: [...machines, "test/e2e/mesh.test.ts"] }],
    borders: [{ words: [...machines, "test/e2e/borders.test.ts"] }],
    cilium: [{ words: [...machines, "test/e2e/cilium.test.ts"] }],
    services: [{ words: [...machines, "test/e2e/services.test.ts"] }],
    bgp: [{ words: [...machines, "test/e2e/bgp.test.ts"] }],
    guides: [{ words: [...machines, "test/e2e/guides.test.ts"] }],
    changes: [{ words: [...machines, "test/e2e/changes.test.ts"] }],
    metrics: [{ words: [...machines, "test/e2e/metrics.test.ts"] }],
    traces: [{ words: [...machines, "test/e2e/traces.test.ts"] }],
    linkerd: [{ words: [...machines, "test/e2e/linkerd.test.ts"] }],
    kills: [{ words: [...machines, "test/e2e/kills.test.ts"] }],
    server: [{ words: [...machines, "test/e2e/server.test.ts"] }],
    golden: [rewriteGolden()],
  },
  whole: [
    { words: ["tsx", "lab/packages.ts", "test"] },
    { words: ["npm", "run", "lint"] },
    { words: ["mocha"] },
  ],
};

/** Tests of golden files write what they would compare. */
function rewriteGolden(): Command {
  const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join(__dirname, file))
    .filter((file) => readFileSync(file, "utf8").includes("assertGolden"));
  return {
    words: [...machines, "--timeout", "60000", "--grep", "golden", ...files],
    variables: { UPDATE_GOLDEN: "1" },
  };
}

async function main(): Promise<void> {
  process.exitCode = await runPart(tests, process.argv.slice(2));
}

if (require.main === module) void main();
