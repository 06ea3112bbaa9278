/** The report for people and for machines. */
import type { Check, Verdict } from "./check";

const marks: Readonly<Record<Verdict, string>> = {
  pass: "ok  ",
  fail: "FAIL",
  warn: "warn",
  skip: "skip",
};

/** A table by question; advice stands below the line it belongs to. */
export function renderChecks(args: {
  readonly environment: string;
  readonly checks: readonly Check[];
}): string {
  const { environment, checks } = args;
  const width = Math.min(60, Math.max(...checks.map((one) => one.subject.length), 0));
  const ids = [...new Set(checks.map((one) => one.id))];
  const sections = ids.map((id) => {
    const rows = checks.filter((one) => one.id === id).map((one) => renderCheck(one, width));
    return `${id}\n${rows.join("")}`;
  });
  return [`mesh of ${environment}\n`, ...sections, summary(checks)].join("\n");
}

/** Stable for machines: fields are added, never renamed. */
export function renderJson(args: {
  readonly environment: string;
  readonly time: string;
  readonly checks: readonly Check[];
}): string {
  const { environment, time, checks } = args;
  return `${JSON.stringify({ environment, time, passed: passed(checks), counts: count(checks), checks }, null, 2)}\n`;
}

/** Nothing failed, and something was proven. */
export function passed(checks: readonly Check[]): boolean {
  return (
    checks.some((one) => one.verdict === "pass") && checks.every((one) => one.verdict !== "fail")
  );
}

function renderCheck({ subject, verdict, detail, advice }: Check, width: number): string {
  const line = `  ${marks[verdict]}  ${subject.padEnd(width)}  ${detail}\n`;
  return advice === "" ? line : `${line}${" ".repeat(width + 10)}-> ${advice}\n`;
}

function count(checks: readonly Check[]): Readonly<Record<Verdict, number>> {
  const of = (verdict: Verdict): number => checks.filter((one) => one.verdict === verdict).length;
  return { pass: of("pass"), fail: of("fail"), warn: of("warn"), skip: of("skip") };
}

function summary(checks: readonly Check[]): string {
  const { pass, fail, warn, skip } = count(checks);
  return `${pass} passed, ${fail} failed, ${warn} to look at, ${skip} not decided\n`;
}
