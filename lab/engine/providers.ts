import * as child_process from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as url from "node:url";

/** The running stand-ins for provider plugins: where the CLI attaches, and how to end them. */
export interface Providers {
  /** `name:port,...`, as PULUMI_DEBUG_PROVIDERS wants it. */
  readonly attach: string;
  close(): Promise<void>;
}

const startLimitMs = 60_000;

/**
 * Starts the stand-ins as one process of their own that ends with this one.
 *
 * Rejects with the tail of its log when it does not serve within a minute.
 */
export async function startProviders(request: {
  directory: string;
  logFile: string;
  environment: NodeJS.ProcessEnv;
}): Promise<Providers> {
  const loader = url.pathToFileURL(require.resolve("tsx")).href;
  const log = fs.openSync(request.logFile, "a", 0o600);
  const main = path.join(__dirname, "..", "stand-ins", "main.ts");
  const child = child_process.spawn(process.execPath, ["--import", loader, main], {
    cwd: request.directory,
    env: request.environment,
    stdio: ["pipe", "pipe", log],
    // Ctrl-C in a terminal must end the engine's run in order, not the commands under way.
    detached: true,
  });
  fs.closeSync(log);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const attach = await firstLine(child).catch((error: Error) => {
    child.kill("SIGKILL");
    const tail = fs.readFileSync(request.logFile, "utf8").slice(-2000);
    throw new Error(`stand-ins for plugins: ${error.message}; see ${request.logFile}:\n${tail}`);
  });
  // A forgotten close must not keep the caller alive; stdin ends with this process anyway.
  child.unref();
  unref(child.stdin);
  child.stdout?.destroy();
  return {
    attach,
    close: async () => {
      child.ref();
      child.stdin?.end();
      await ended;
    },
  };
}

function unref(stream: unknown): void {
  (stream as { unref?: () => void }).unref?.();
}

function firstLine(child: child_process.ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error("did not start in time")), startLimitMs);
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      finish();
    };
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      const end = text.indexOf("\n");
      if (end >= 0) settle(() => resolve(text.slice(0, end)));
    });
    child.once("error", (error) => settle(() => reject(error)));
    child.once("exit", (code) => settle(() => reject(new Error(`ended with status ${code}`))));
  });
}
