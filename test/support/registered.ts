/** What a program of a test registers, and why it failed. */
import * as assert from "node:assert/strict";
import { startFakeEngine, type Answer, type Registered } from "./fake-engine";
import { runProgram, type ProgramRun } from "./run-program";

export interface Made {
  readonly resources: readonly Registered[];
  readonly failure: string | undefined;
  /** The resource of this name, which must be there. */
  readonly named: (name: string) => Registered;
}

/** Runs `program` as an `up` of the stack `test`; `answer` gives outputs besides the inputs. */
export async function registered(
  program: ProgramRun["program"],
  {
    answer = () => ({}),
    config = {},
  }: { readonly answer?: Answer; readonly config?: ProgramRun["config"] } = {},
): Promise<Made> {
  const engine = await startFakeEngine({ answer, preview: false });
  try {
    const failure = await runProgram({
      address: engine.address,
      failed: engine.failed,
      environment: "test",
      preview: false,
      config,
      secretKeys: Object.keys(config).filter((key) => /[kK]ey$|kubeconfig$/.test(key)),
      program,
    });
    const { resources } = engine;
    const named = (name: string): Registered => {
      const found = resources.find((resource) => resource.name === name);
      return found ?? assert.fail(`no resource ${name}; ${failure ?? "the run did not fail"}`);
    };
    return { named, resources, failure };
  } finally {
    engine.close();
  }
}
