/** Marks on values that travel between a program and the engine: secret and unknown. */
import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime";

export const unknown = unknownValue;

export function asSecret(value: unknown): unknown {
  return { [specialSigKey]: specialSecretSig, value };
}

export function isSecret(value: unknown): boolean {
  return isMap(value) && value[specialSigKey] === specialSecretSig;
}

export function isUnknown(value: unknown): boolean {
  return unmarked(value) === unknownValue;
}

/** The value without the mark around it; marks further in stay. */
export function unmarked(value: unknown): unknown {
  return isMap(value) && isSecret(value) ? value["value"] : value;
}

/** Every text in the open: strings that stand inside no secret mark. */
export function openTexts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || isSecret(value)) return [];
  return Object.values(value).flatMap(openTexts);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
