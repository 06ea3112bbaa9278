/** Words for what is wrong with a configuration: where, what was got, what to do. */
import { distance } from "fastest-levenshtein";
import type * as z from "zod";
import { discriminatorOf, schemaAt, type JsonSchema } from "./json-schema";

type Issue = z.core.$ZodIssue;
/** What was written, and the schema it should have followed. */
interface Written {
  readonly raw: unknown;
  readonly root: JsonSchema;
}

type UnionIssue = z.core.$ZodIssueInvalidUnion;

const typeNames: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a map",
  record: "a map",
  string: "text",
};

const formatNames: Readonly<Record<string, string>> = {
  cidrv4: "an IPv4 range such as 10.244.0.0/16",
  ipv4: "an IPv4 address",
  url: "an http or https URL",
};

/** One line a problem; an issue about several keys gives several. */
export function explainIssue(issue: Issue, written: Written): readonly string[] {
  if (issue.code !== "unrecognized_keys") {
    return [`${formatPath(issue.path)}: ${reason(issue, written)}`];
  }
  const allowed = Object.keys(schemaAt({ path: issue.path, ...written })?.properties ?? {});
  return issue.keys.map(
    (key) => `${formatPath([...issue.path, key])}: unknown key; ${suggest(key, allowed)}`,
  );
}

/** `stack.hosts.cp-1.taints[0]`; keys with a dot are quoted. */
export function formatPath(path: readonly PropertyKey[]): string {
  const parts = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[\w-]+$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(String(key))}]`;
  });
  return `stack${parts.join("")}`;
}

/** A problem of one field of a host. */
export function atHost(host: string, field: string, text: string): string {
  return `${formatPath(["hosts", host])}.${field}: ${text}`;
}

/** The allowed word a typing mistake away from `word`, or all of them. */
export function suggest(word: string, allowed: readonly string[]): string {
  const ranked = allowed
    .map((candidate) => ({
      candidate,
      edits: distance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= Math.max(2, word.length / 4)
    ? `did you mean ${JSON.stringify(best.candidate)}?`
    : `allowed are ${allowed.join(", ")}`;
}

function reason(issue: Issue, written: Written): string {
  const got = issue.input;
  if (issue.code === "invalid_key") return `unusable name, ${issue.issues[0]?.message ?? ""}`;
  const expected = expectation(issue, written);
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    const chosen = valueAt(written.raw, issue.path);
    return chosen === undefined ? `missing; ${expected}` : `got ${show(chosen)}, ${expected}`;
  }
  if (got === undefined) return `missing; ${expected}${meaning(issue, written)}`;
  if (mustQuote(issue, got)) return `got ${show(got)} without quotes; quote it: "${show(got)}"`;
  return `got ${show(got)}, ${expected}`;
}

function expectation(issue: Issue, written: Written): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${typeNames[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${oneOf(issue.values)}`;
    case "too_small":
      return `expected ${bound(issue, "at least", "more than")} ${String(issue.minimum)}${unit(issue)}`;
    case "too_big":
      return `expected ${bound(issue, "at most", "less than")} ${String(issue.maximum)}${unit(issue)}`;
    case "invalid_format": {
      if (issue.message.startsWith("expected")) return issue.message;
      return `expected ${formatNames[issue.format] ?? `text that matches ${issue.pattern ?? issue.format}`}`;
    }
    case "invalid_union":
      return unionExpectation(issue, written);
    case "invalid_key":
    case "invalid_element":
    case "not_multiple_of":
    case "unrecognized_keys":
    case "custom":
      return issue.message;
    default:
      return issue satisfies never;
  }
}

function unionExpectation(issue: UnionIssue, written: Written): string {
  if (issue.discriminator !== undefined) {
    const members = schemaAt({ path: issue.path.slice(0, -1), ...written })?.oneOf ?? [];
    return `expected ${oneOf(members.map((member) => member.properties?.[discriminatorOf(members)]?.const))}`;
  }
  const first = issue.errors.flatMap((errors) => errors.slice(0, 1));
  const close = first.find((error) => error.code !== "invalid_type");
  if (close !== undefined) return expectation(close, written);
  return `expected ${first.map((error) => expectation(error, written).replace("expected ", "")).join(" or ")}`;
}

function mustQuote(issue: Issue, got: unknown): boolean {
  if (typeof got !== "number" && typeof got !== "boolean") return false;
  if (issue.code === "invalid_type") return issue.expected === "string";
  return issue.code === "invalid_value" && issue.values.includes(String(got));
}

// What the key is for, where it is missing: the type alone helps nobody.
function meaning(issue: Issue, written: Written): string {
  const description = schemaAt({ path: issue.path, ...written })?.description?.replace(/\.$/, "");
  if (description === undefined) return "";
  const acronym = /^[A-Z0-9]{2}|^host:/.test(description);
  return ` (${acronym ? description : description.charAt(0).toLowerCase() + description.slice(1)})`;
}

function bound(
  issue: { readonly inclusive?: boolean | undefined },
  closed: string,
  open: string,
): string {
  return issue.inclusive === false ? open : closed;
}

function unit(issue: { readonly origin: string; readonly minimum?: unknown }): string {
  if (issue.origin === "string") return " characters";
  return issue.origin === "array" ? " item" : "";
}

function oneOf(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(" or ");
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}

/** A short form of a value; never a private key that was pasted into the wrong place. */
function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      if (value.includes("PRIVATE KEY")) return "a private key";
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
    case "object":
      if (value === null) return "nothing";
      if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
      if (value instanceof Date) return "a date";
      return Object.keys(value).length === 0 ? "an empty map" : "a map";
    default:
      return String(value);
  }
}
