/** What a real istiod makes of a declared breaker, as a real Envoy shows it: each row of the table is right. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { breakerRows, type BreakerField } from "../../components/mesh/breaker-fields";
import type { MeshPlan } from "../../components/mesh/plan";
import { toYamlStream } from "../../components/text/yaml";
import { checkTraffic } from "../../components/verify/check-traffic";
import { readConfigDump } from "../../components/verify/envoy";
import type { ProxyConfig } from "../../components/verify/observed";
import { ensureTool } from "../../lab/toolchain";
import { startApiServer, type ApiServer } from "../support/api-server";
import { objectsOf, plan, sidecar } from "../mesh/examples";
import { ensureRenderer, renderCharts } from "../mesh/render";
import type { Fields } from "../support/fixtures";
import { awaitConfig, startDataPlane, type DataPlane } from "./data-plane";
import { caller, lines, observedMesh, proxy, read } from "./fixtures";
import { samplesOf, type Value } from "./samples";

/** The least that the schema takes of each field; Istio drops some values without a word. */
function leastOf({ schema }: BreakerField): Value {
  const least = [true, 0, 1, "1ms", "1s"].find((one) => schema.safeParse(one).success);
  assert.ok(least !== undefined, "no sample fits its schema");
  return least;
}

const whole = breakerRows.map(([name]) => [name, samplesOf(name)[0]]);
const least = breakerRows.map(([name, field]) => [name, leastOf(field)]);
const breakers: Readonly<Record<string, Fields>> = {
  whole: Object.fromEntries(whole) as Fields,
  least: Object.fromEntries(least) as Fields,
  preset: {},
  strict: { preset: "strict" },
  ejecting: { preset: "none", ejection: true },
  unlimited: { preset: "none" },
};

describe("a real istiod and a real Envoy", function () {
  this.timeout(180_000);

  const planned = plan(
    sidecar({
      namespaces: { payments: {} },
      services: Object.fromEntries(
        Object.entries(breakers).map(([name, breaker]) => [
          `payments/${name}`,
          { port: 8080, replicas: 3, breaker },
        ]),
      ),
    }),
  );
  let directory: string;
  let server: ApiServer;
  let plane: DataPlane;
  let config: ProxyConfig;

  before(async function () {
    // Only builds for the first time take long.
    this.timeout(60 * 60_000);
    const kubectl = await ensureTool("kubectl");
    const renderer = await ensureRenderer();
    directory = mkdtempSync(join(tmpdir(), "nordmesh-istiod-"));
    server = await startApiServer(directory);
    const kubeconfig = join(directory, "kubeconfig");
    const apply = (objects: readonly object[]): void => {
      const strict = ["apply", "--server-side", "--validate=strict", "--filename=-"];
      const args = ["--kubeconfig", kubeconfig, "--cache-dir", directory, ...strict];
      const done = spawnSync(kubectl, args, { input: toYamlStream(objects), encoding: "utf8" });
      assert.equal(done.status, 0, done.stderr);
    };
    apply(
      renderCharts(renderer, planned).filter(({ kind }) => kind === "CustomResourceDefinition"),
    );
    apply(
      ["istio-system", "payments"].map((name) => ({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name },
      })),
    );
    apply([
      ...Object.keys(breakers).map(serviceCalled),
      ...objectsOf(planned.steps).filter(({ kind }) => kind === "DestinationRule"),
    ]);
    plane = await startDataPlane({
      directory: join(directory, "plane"),
      kubeconfig,
      namespace: "payments",
    });
    config = await awaitConfig(plane, (dump) => {
      const found = readConfigDump(dump);
      const services = new Set(found.ok ? found.value.clusters.map(({ host }) => host) : []);
      const all = Object.keys(breakers).every((name) =>
        services.has(`${name}.payments.svc.cluster.local`),
      );
      return found.ok && all ? found.value : undefined;
    });
  });

  after(async () => {
    await plane?.stop();
    await server?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  function ask(expected: MeshPlan, name: string): string {
    const proxies = [proxy(caller, { config: read(config) })];
    const found = lines(checkTraffic(expected, observedMesh({ proxies })));
    return found.find((line) => line.includes(` payments/${name}:8080: `)) ?? "";
  }

  for (const name of Object.keys(breakers)) {
    it(`have the breaker called ${name} in use as it was declared`, () => {
      assert.match(ask(planned, name), /^pass .*: limits as declared in 1 client$/);
    });
  }

  for (const [name] of breakerRows) {
    it(`have ${name} in use, and verify finds it where it looks`, () => {
      const [, other] = samplesOf(name);
      const services = planned.services.map((one) => ({
        ...one,
        breaker: { ...one.breaker, [name]: other },
      }));
      const found = ask({ ...planned, services }, "whole");
      assert.match(found, new RegExp(`^fail [^,]*: ${name} is [^,]+, declared [^,]+$`));
      assert.doesNotMatch(found, /absent/);
    });
  }
});

function serviceCalled(name: string): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "payments" },
    spec: { selector: { app: name }, ports: [{ name: "http", port: 8080 }] },
  };
}
