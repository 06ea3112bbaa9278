import * as crypto from "node:crypto";

import { checkFields, type Fields } from "./fields";
import type { ResourceKind } from "./kind";
import { compact, plain, secret, UNKNOWN, type PropertyMap, type PropertyValue } from "./values";

/** A value made once: every change of an input replaces it. */
function randomKind(definition: {
  fields: Fields;
  make: (inputs: PropertyMap) => { id: string; outputs: PropertyMap };
}): ResourceKind {
  return {
    check: (inputs) => checkFields(inputs, definition.fields),
    replaces: (differences) => [...differences.keys()],
    create: ({ inputs, preview }) => {
      const made = definition.make(preview ? { length: 64 } : (plain(inputs) as PropertyMap));
      const outputs = preview ? asUnknown(made.outputs) : made.outputs;
      return Promise.resolve({
        id: preview ? "" : made.id,
        outputs: compact({ ...outputs, ...inputs }),
      });
    },
    update: ({ state, inputs }) => Promise.resolve(compact({ ...state, ...inputs })),
    delete: () => Promise.resolve(),
  };
}

function asUnknown(outputs: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.keys(outputs).map((key) => [key, UNKNOWN]));
}

const shared: Fields = {
  length: { type: "integer", required: true },
  keepers: { type: "stringMap" },
};

/** `random:index/randomBytes:RandomBytes`: bytes as secret base64 and hex text. */
export const randomBytes = randomKind({
  fields: shared,
  make: ({ length }) => {
    const bytes = crypto.randomBytes(Number(length));
    const base64 = bytes.toString("base64");
    return { id: base64, outputs: { base64: secret(base64), hex: secret(bytes.toString("hex")) } };
  },
});

const classes = {
  Lower: "abcdefghijklmnopqrstuvwxyz",
  Upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  Numeric: "0123456789",
  Special: "!@#$%&*()-_=+[]{}<>:?",
} as const;

type Class = keyof typeof classes;

const textFields: Fields = {
  ...shared,
  ...(Object.fromEntries(
    Object.keys(classes).flatMap((name) => [
      [name.toLowerCase(), { type: "boolean" }],
      [`min${name}`, { type: "integer" }],
    ]),
  ) as Fields),
  overrideSpecial: { type: "string" },
};

function makeText(inputs: PropertyMap): { text: string; settings: PropertyMap } {
  const names = Object.keys(classes) as Class[];
  const on = (name: Class): boolean => inputs[name.toLowerCase()] !== false;
  const minimum = (name: Class): number => Number(inputs[`min${name}`] ?? 0);
  const alphabet = (name: Class): string => {
    const override = inputs["overrideSpecial"];
    return name === "Special" && typeof override === "string" ? override : classes[name];
  };
  const enabled = names.filter(on);
  const required = enabled.flatMap((name) => pick(alphabet(name), minimum(name)));
  const rest = Number(inputs["length"]) - required.length;
  if (rest < 0) throw new Error("length: shorter than the sum of the minimum counts");
  const characters = [...required, ...pick(enabled.map(alphabet).join(""), rest)];
  const settings: [string, PropertyValue][] = names.flatMap((name) => [
    [name.toLowerCase(), on(name)],
    [`min${name}`, minimum(name)],
  ]);
  return {
    text: shuffle(characters).join(""),
    settings: Object.fromEntries([...settings, ["number", on("Numeric")]]),
  };
}

function pick(alphabet: string, count: number): string[] {
  return Array.from({ length: count }, () => alphabet.charAt(crypto.randomInt(alphabet.length)));
}

function shuffle(characters: readonly string[]): string[] {
  const result = [...characters];
  for (let index = result.length - 1; index > 0; index--) {
    const other = crypto.randomInt(index + 1);
    [result[index], result[other]] = [result[other] ?? "", result[index] ?? ""];
  }
  return result;
}

/** `random:index/randomString:RandomString`: text that is no secret; its id is the text. */
export const randomString = randomKind({
  fields: textFields,
  make: (inputs) => {
    const { text, settings } = makeText(inputs);
    return { id: text, outputs: { ...settings, result: text } };
  },
});

/** `random:index/randomPassword:RandomPassword`: secret text, without the bcrypt hash. */
export const randomPassword = randomKind({
  fields: textFields,
  make: (inputs) => {
    const { text, settings } = makeText(inputs);
    return { id: "none", outputs: { ...settings, result: secret(text) } };
  },
});
