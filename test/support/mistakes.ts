/** Tables of mistakes: what the operator did, the configuration, every line of the message. */
import * as assert from "node:assert/strict";
import { parseStack } from "../../components/environment/parse";
import { controlPlane, stack, type Fields } from "./fixtures";

export type Mistake = readonly [string, unknown, readonly string[]];

export function itNames(mistakes: readonly Mistake[]): void {
  for (const [title, raw, lines] of mistakes) {
    it(title, () => {
      assert.throws(() => parseStack(raw), { name: "ConfigError", message: lines.join("\n") });
    });
  }
}

/** A stack whose Kubernetes part has these fields besides its endpoint. */
export function kubernetes(overrides: Fields): Fields {
  return stack({ kubernetes: { endpoint: "api.example.net:6443", ...overrides } });
}

/** A stack of one control plane with these fields. */
export function firstHost(overrides: Fields): Fields {
  return hosts({ "cp-1": controlPlane(overrides) });
}

export function hosts(declared: Fields): Fields {
  return stack({ hosts: declared });
}

export function without(fields: Fields, key: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
}
