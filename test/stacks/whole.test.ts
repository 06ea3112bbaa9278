import * as assert from "node:assert/strict";
import type { JsonSchema } from "../../components/config/json-schema";
import { objectsOf, stepsOf, type StackPlan } from "../../components/environment/plan";
import { inputsOf, type RenderedFile, type Step } from "../../components/steps/step";
import { describePlan } from "../../stacks/describe";
import { stackSchema } from "../../stacks/json-schema";
import { planOf } from "../support/fixtures";
import { samples } from "./samples";

describe("the whole of an environment", () => {
  it("is what the samples below have between them: every section, every kind of everything", () => {
    const said = Object.values(samples).flatMap((raw) => [...factsOf(raw)]);
    const missing = [...wantedOf(stackSchema())].filter((fact) => !said.includes(fact));
    assert.deepEqual(missing, []);
  });

  for (const [name, raw] of Object.entries(samples)) {
    describe(`as declared in ${name}`, () => {
      const plan = planOf(raw, "sample");
      const text = describePlan(plan);
      const flat = flatten(text);
      const untold = (lines: readonly string[]): readonly string[] =>
        lines.filter((line) => !flat.includes(flatten(line)));

      it("is described with every step, where it runs and which secrets it gets", () => {
        const steps = stepsOf(plan).map((step) => ({
          head: new RegExp(
            `^\\d+\\. ${escaped(step.name)} .*${escaped(hostOf(step))}.*: ${escaped(step.title)}$`,
            "m",
          ),
          secrets: secretsOf(step),
        }));
        assert.deepEqual(
          steps.filter(({ head }) => !head.test(text)).map(({ head }) => head.source),
          [],
        );
        assert.deepEqual(untold(steps.flatMap(({ secrets }) => secrets)), []);
      });

      it("is described with every word that goes into the cluster", () => {
        assert.deepEqual(
          untold(objectsOf(plan).flatMap(({ name: step, title }) => `${step}: ${title}`)),
          [],
        );
        assert.deepEqual(untold(objectsOf(plan).flatMap(wordsOf)), []);
      });

      it("is described with every text that goes to a host", () => {
        assert.deepEqual(untold(textsOnHosts(plan)), []);
      });

      it("is described with what was accepted, by whom and why", () => {
        assert.deepEqual(untold(acceptedIn(raw)), []);
      });
    });
  }
});

/** Sections, the parts of those that may be absent, and each value that chooses a member of a union. */
function wantedOf(schema: JsonSchema): ReadonlySet<string> {
  const sections = Object.entries(schema.properties ?? {});
  const optional = sections.filter(
    ([name, section]) => schema.required?.includes(name) !== true && section.default === undefined,
  );
  const parts = optional.flatMap(([name, section]) =>
    [section, ...(section.oneOf ?? [])].flatMap(({ properties = {} }) =>
      Object.entries(properties)
        .filter(([, field]) => field.description?.startsWith("Refused: ") !== true)
        .map(([part]) => `${name}.${part}`),
    ),
  );
  return new Set([...sections.map(([name]) => name), ...parts, ...choicesIn(schema)]);
}

function choicesIn(schema: unknown, key = ""): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { const: value } = schema as JsonSchema;
  if (typeof value === "string") return [`${key}: ${value}`];
  const isPosition = (name: string): boolean => /^(\d+|anyOf|oneOf)$/.test(name);
  return Object.entries(schema).flatMap(([name, inner]) =>
    choicesIn(inner, isPosition(name) ? key : name),
  );
}

/** The same of what was written. */
function factsOf(raw: unknown): ReadonlySet<string> {
  const sections = Object.entries(raw as Readonly<Record<string, unknown>>);
  const parts = sections.flatMap(([name, section]) =>
    Object.keys(section as object).map((part) => `${name}.${part}`),
  );
  return new Set([...sections.map(([name]) => name), ...parts, ...pairsIn(raw)]);
}

function pairsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(typeof inner === "string" ? [`${key}: ${inner}`] : []),
    ...pairsIn(inner),
  ]);
}

/** Every text in a step of the cluster, line by line; which scripts a gate runs is the project's own. */
function wordsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return value.split("\n");
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "scripts" ||
    (key === "kind" && ["chart", "file", "object", "script"].includes(String(inner)))
      ? []
      : wordsOf(inner),
  );
}

/** Every variable of several lines; a script of the project itself is no part of the environment. */
/** Lines of each; of a vendor's long text what stands for it, and its values. */
function textsOnHosts(plan: StackPlan): readonly string[] {
  const files = plan.kubernetes.steps.flatMap((step) => Object.values(step.files));
  const standIns = new Map(files.map(({ content, summary }) => [content, summary]));
  return variablesIn(plan)
    .map(([name, value]) => [name, standIns.get(value) ?? value] as const)
    .filter(([, value]) => value.trim().includes("\n") && !value.startsWith("#!"))
    .flatMap(([name, value]) => {
      if (name !== "ARTIFACTS") return value.split("\n");
      // A bundle's own manifest says what its files must be.
      return plan.artifacts.source === "bundle" ? [] : value.split(/\s+/);
    });
}

/** What was accepted, as it was declared: an entry that finds nothing would not be described. */
function acceptedIn(raw: unknown): readonly string[] {
  if (typeof raw !== "object" || raw === null) return [];
  return Object.entries(raw).flatMap(([key, inner]: [string, unknown]) => {
    if (key !== "accept" || !Array.isArray(inner)) return acceptedIn(inner);
    return inner.map(({ at, by, reason }: Record<string, string>) => `${at}, by ${by}: ${reason}`);
  });
}

/** The values and documents of every step, wherever in the plan it is. */
function variablesIn(part: unknown): readonly (readonly [string, string])[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part as Readonly<Record<string, unknown>>).flatMap(([key, inner]) => {
    if (key === "values" && isTexts(inner)) return Object.entries(inner);
    if (key !== "files" || Array.isArray(inner)) return variablesIn(inner);
    const files = Object.entries(inner as Readonly<Record<string, RenderedFile>>);
    return files.map(([name, { content }]) => [name, content] as const);
  });
}

function hostOf(step: Step): string {
  return step.kind === "script" ? (step.on ?? step.host ?? "") : "";
}

function secretsOf(step: Step): readonly string[] {
  return step.kind === "script" || step.kind === "local" ? inputsOf(step, "secret") : [];
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return Object.values(value as object).every((one) => typeof one === "string");
}

function flatten(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
