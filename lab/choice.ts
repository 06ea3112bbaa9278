/** Which environment `npm start` makes. */
import { samples } from "./engine/state-dir";

const [containers, virtualMachine] = samples;

export interface Choice {
  readonly environment: string;
  /** For the user, where it is not what they may expect. */
  readonly why?: string;
}

/** What was asked for, else what is there, else containers, else a virtual machine and why. */
export async function chooseEnvironment(args: {
  readonly asked: string | undefined;
  readonly isThere: (environment: string) => boolean;
  /** Why this computer cannot run containers. */
  readonly obstacle: () => Promise<string | undefined>;
}): Promise<Choice> {
  if (args.asked !== undefined) return { environment: args.asked };
  const there = samples.find((sample) => args.isThere(sample));
  if (there !== undefined) return { environment: there };
  const obstacle = await args.obstacle();
  if (obstacle === undefined) return { environment: containers };
  return {
    environment: virtualMachine,
    why: `no containers on this computer (${obstacle}): taking one virtual machine, ${virtualMachine}`,
  };
}

/** @throws Error when the chosen environment wants containers and this computer cannot run them. */
export async function refuseImpossible(args: {
  readonly environment: string;
  readonly sources: readonly string[];
  readonly obstacle: () => Promise<string | undefined>;
}): Promise<void> {
  if (!args.sources.includes("container")) return;
  const obstacle = await args.obstacle();
  if (obstacle === undefined) return;
  throw new Error(
    `${args.environment} is made of containers: ${obstacle}; or take one virtual machine: npm start -- ${virtualMachine}`,
  );
}
