/** From what somebody wrote to a configuration, or everything that is wrong with it. */
import type * as z from "zod";
import { ConfigError } from "./error";
import { jsonSchemaOf } from "./json-schema";
import { withoutLate } from "./late";
import { explainIssue, formatPath } from "./problem";

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
  const { schema, raw, check = () => [] } = args;
  const { parsed, known, problems } = parse(schema, raw);
  const all = [...problems, ...check(known)].map((line) => line.replace(/^stack\b/, args.root));
  if (parsed.success && all.length === 0) return parsed.data;
  throw new ConfigError([...new Set(all)].sort());
}

/** What is wrong with `raw`, one line a problem, by path below `stack`. */
export function problemsOf(schema: z.ZodType, raw: unknown): readonly string[] {
  return parse(schema, raw).problems;
}

function parse<Schema extends z.ZodType>(schema: Schema, raw: unknown) {
  const { value: known, late } = withoutLate(raw);
  const parsed = schema.safeParse(known, { reportInput: true });
  const issues = parsed.success ? [] : parsed.error.issues;
  const explain = (issue: (typeof issues)[number]): readonly string[] =>
    explainIssue(issue, { raw: known, root: jsonSchemaOf(schema) });
  const problems = [
    ...late.map((path) => `${path}: ${lateText}`),
    ...issues.filter(({ path }) => !late.includes(formatPath(path))).flatMap(explain),
  ];
  return { parsed, known, problems };
}

const lateText =
  "a secret, or a value of another resource; plans are made without them, so write the value itself";
