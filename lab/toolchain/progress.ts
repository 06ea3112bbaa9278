let print = (line: string): void => void process.stderr.write(`${line}\n`);

/** Sends progress of this process elsewhere than to standard error. */
export function printProgressWith(printer: (line: string) => void): void {
  print = printer;
}

/** Prints one line of progress. */
export function note(line: string): void {
  print(line);
}

/** Prints what runs, how long it has run and how long it usually takes. */
export async function phase<T>({ title, seconds }: PhaseArgs, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const elapsed = (): string => `${Math.round((Date.now() - started) / 1000)} s`;
  const say = (text: string): void => print(`${title}: ${text}`);
  say(`started, takes about ${seconds} s`);
  const beat = setInterval(() => say(`${elapsed()} of about ${seconds} s`), 30_000);
  try {
    const result = await work();
    say(`done in ${elapsed()}`);
    return result;
  } catch (error) {
    say(`failed after ${elapsed()}`);
    throw error;
  } finally {
    clearInterval(beat);
  }
}

export interface PhaseArgs {
  readonly title: string;
  /** Measured on two cores of a small server; an estimate, not a limit. */
  readonly seconds: number;
}
