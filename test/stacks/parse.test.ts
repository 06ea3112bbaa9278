import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { ConfigError } from "../../components/config/error";
import { parseStack } from "../../components/environment/parse";
import { controlPlane, libvirtHost, localHost, stack, worker } from "../support/fixtures";

/** A valid configuration with one value anywhere in it replaced by anything. */
const damaged = fc
  .tuple(
    fc.constantFrom(controlPlane(), libvirtHost(), localHost()),
    fc.array(fc.nat(12), { maxLength: 5 }),
    fc.jsonValue(),
  )
  .map(([host, path, value]) =>
    replace(stack({ hosts: { "cp-1": host, "w-1": worker() } }), path, value),
  );

describe("parseStack", () => {
  it("answers any JSON value with a configuration or a ConfigError, nothing else", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), damaged), (raw) => {
        try {
          parseStack(raw);
        } catch (error) {
          assert.ok(error instanceof ConfigError, String(error));
          assert.ok(
            error.problems.every((line) => /^stack[^\n]*: [^\n]+$/.test(line)),
            error.message,
          );
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("survives keys that every object inherits", () => {
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const raw: unknown = JSON.parse(
        `{"release": "2026.1", "hosts": {"a": {"source": "${key}"}}, "${key}": {}}`,
      );
      assert.throws(() => parseStack(raw), ConfigError);
    }
  });

  it("fills in every default", () => {
    const config = parseStack(stack());
    assert.equal(config.ssh.user, "nordmesh");
    assert.deepEqual(config.artifacts, { source: "internet" });
    assert.equal(config.kubernetes.cni, "flannel");
    assert.equal(config.hosts["worker-1"]?.preflight.minVirtualCpus, 4);
    assert.equal(config.hosts["worker-1"]?.kernel.openFiles, 1048576);
  });

  it("accepts each source of hosts, several local ones too", () => {
    const second = { role: "worker", bootstrap: false, sshPort: 28503, apiPort: 28504 };
    const lab = {
      "lab-1": localHost(),
      "lab-2": localHost({ ...second, nodeAddress: "10.77.0.12" }),
    };
    const kubernetes = { endpoint: "10.77.0.11:6443" };
    parseStack(stack({ hosts: lab, kubernetes }));
    parseStack(stack({ hosts: { "cp-1": libvirtHost() } }));
    parseStack(
      stack({
        hosts: { "cp-1": controlPlane({ address: "2001:db8::1", nodeAddress: "192.0.2.1" }) },
      }),
    );
  });
});

function replace(target: unknown, path: readonly number[], value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (typeof target !== "object" || target === null) return value;
  const keys = Object.keys(target);
  const key = keys[head % Math.max(1, keys.length)] ?? "extra";
  const copy: Record<string, unknown> = { ...target };
  copy[key] = replace(copy[key], rest, value);
  return Array.isArray(target) ? Object.values(copy) : copy;
}
