import * as assert from "node:assert/strict";
import { breakerFields, breakerRows, type EnvoyPlace } from "../../components/mesh/breaker-fields";
import { BreakerConfig } from "../../components/mesh/traffic-config";
import { checkTraffic } from "../../components/verify/check-traffic";
import { readConfigDump } from "../../components/verify/envoy";
import { caller, expectedMesh, host, lines, observedMesh, plannedService, proxy } from "./fixtures";
import { samplesOf, type Value } from "./samples";

/** As Envoy writes it; false has no place. */
function written(value: Value, { form }: EnvoyPlace): unknown {
  if (value === false) return undefined;
  if (form === "seconds") return Number.parseInt(String(value), 10);
  if (form === "percent") return { value };
  return value === true ? {} : value;
}

function put(path: readonly (string | number)[], value: unknown): unknown {
  return path.reduceRight(
    (inner, key) => (typeof key === "number" ? [inner] : { [key]: inner }),
    value,
  );
}

/** What is said of a client whose proxy has `cluster`, where the one field is declared. */
function ask(declared: object, cluster: object): readonly string[] {
  const name = `outbound|8080||${host}`;
  const config = readConfigDump({
    configs: [
      {
        "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump",
        dynamic_active_clusters: [{ cluster: { name, ...cluster } }],
      },
      { "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump" },
    ],
  });
  const services = [plannedService({ breaker: declared })];
  return lines(
    checkTraffic(
      expectedMesh({ services }),
      observedMesh({ proxies: [proxy(caller, { config })] }),
    ),
  );
}

describe("verify: the fields of a breaker", () => {
  it("are all an operator can write, apart from the preset and what is refused", () => {
    const { preset: _preset, consecutiveErrors: _refused, ...shape } = BreakerConfig.shape;
    assert.deepEqual(Object.keys(shape), Object.keys(breakerFields));
  });

  for (const [name, field] of breakerRows) {
    const { path, enforcedBy } = field.envoy;
    const [declared, other] = samplesOf(name);
    const showing = (value: Value) => put(path, written(value, field.envoy)) as object;
    const wrong = new RegExp(
      `^fail payments/ledger:8080: payments/shop: ${name} is [^,]+, declared [^,]+$`,
    );

    it(`have ${name} compared with what the proxy has in use`, () => {
      assert.match(ask({ [name]: declared }, showing(declared))[0] ?? "", /^pass .* as declared/);
      assert.match(ask({ [name]: declared }, showing(other))[0] ?? "", wrong);
    });

    it(`have ${name} missed where the proxy does not show it`, () => {
      assert.match(ask({ [name]: declared }, {})[0] ?? "", wrong);
    });

    if (enforcedBy === undefined) continue;
    it(`have ${name} missed where the proxy shows it and does not enforce it`, () => {
      const shown = showing(declared) as Record<string, object>;
      const off = put(enforcedBy, 0) as Record<string, object>;
      const [section = ""] = Object.keys(shown);
      const cluster = { [section]: { ...shown[section], ...off[section] } };
      assert.match(ask({ [name]: declared }, cluster)[0] ?? "", wrong);
    });
  }
});
