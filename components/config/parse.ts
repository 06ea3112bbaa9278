/** From what somebody wrote to a configuration, or everything that is wrong with it. */
import type * as z from "zod";
import { ConfigError } from "./error";
import { jsonSchemaOf } from "./json-schema";
import { explainIssue } from "./problem";

/**
 * `check` finds what one field alone cannot show, also where other parts have no right form.
 *
 * @throws ConfigError with one line a problem, by path below `root`, sorted.
 */
export function parseConfig<Schema extends z.ZodType>(args: {
  readonly schema: Schema;
  readonly raw: unknown;
  /** What the reader calls the whole: `stack` in a file, `args` in a program. */
  readonly root: "stack" | "args" | "args.config";
  readonly check?: (raw: unknown) => readonly string[];
}): z.output<Schema> {
  const { schema, raw, check } = args;
  const parsed = schema.safeParse(raw, { reportInput: true });
  const issues = parsed.success ? [] : parsed.error.issues;
  const written = { raw, root: jsonSchemaOf(schema) };
  const problems = [
    ...issues.flatMap((issue) => explainIssue(issue, written)),
    ...(check?.(raw) ?? []),
  ].map((line) => line.replace(/^stack\b/, args.root));
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new ConfigError([...new Set(problems)].sort());
}
