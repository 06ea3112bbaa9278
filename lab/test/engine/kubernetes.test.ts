import * as assert from "node:assert/strict";
import * as child_process from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { ClusterStep, KubernetesObject } from "../../../components/steps/step";
import { endOrphans } from "../../engine/orphans";
import { programFromFile } from "../../engine/program";
import { findPulumi } from "../../engine/pulumi";
import { openStack, type LabStack } from "../../engine/stack";
import { ensureTool } from "../../toolchain";
import { startApiServer, type ApiServer } from "../../../test/support/api-server";
import { configMap, definitions, put, widget, writeChart } from "./objects";

const checkout = path.join(__dirname, "..", "..", "..");
const program = path.join(__dirname, "programs", "objects.ts");

describe("objects in a cluster", function () {
  this.timeout(180_000);

  let directory: string;
  let server: ApiServer;
  let stack: LabStack;
  let lines: string[] = [];

  before(async function () {
    // Only builds for the first time take long.
    this.timeout(60 * 60_000);
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "nordmesh-objects-"));
    server = await startApiServer(directory);
    process.env["OBJECTS_DIRECTORY"] = directory;
    process.env["NORDMESH_HELM"] = await ensureTool("helm");
    fs.writeFileSync(path.join(directory, "definitions.yaml"), definitions);
    stack = await openStack({
      environment: "test",
      stateDir: path.join(directory, "state"),
      program: programFromFile(program),
      pulumi: (await findPulumi()) ?? (await ensureTool("pulumi")),
      print: (line) => lines.push(line),
    });
    process.stderr.write(`    ${stack.plugins}\n`);
  });

  beforeEach(() => {
    lines = [];
  });

  after(async () => {
    await stack?.close();
    await server?.stop();
    delete process.env["OBJECTS_DIRECTORY"];
    delete process.env["NORDMESH_HELM"];
    if (directory !== undefined) fs.rmSync(directory, { recursive: true, force: true });
  });

  const declare = (...steps: readonly ClusterStep[]): void => {
    fs.writeFileSync(path.join(directory, "steps.json"), JSON.stringify(steps));
  };
  const file = (): ClusterStep => {
    const where = path.join(directory, "definitions.yaml");
    return { kind: "file", name: "definitions", title: "", after: [], file: where };
  };
  const opsOf = async (): Promise<Record<string, string>> => {
    const { changes } = await stack.preview({ refresh: true });
    return Object.fromEntries(changes.map(({ urn, op }) => [urn.split("::")[3] ?? "", op]));
  };
  const widgets = "/apis/example.org/v1/namespaces/default/widgets";

  it("are made in order, once: a second run changes nothing and no secret shows", async () => {
    const secret: KubernetesObject = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "login", namespace: "prod" },
      type: "Opaque",
    };
    declare(
      put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "prod" } }, { keep: true }),
      put(secret, { after: ["prod"], secretData: { password: "grafana" } }),
      file(),
      put(widget("lone", 3), { after: ["definitions"] }),
    );
    assert.equal((await stack.preview()).counts["create"], 9);
    await stack.up();
    const { data } =
      (await server.request({ path: "/api/v1/namespaces/prod/secrets/login" })) ?? {};
    assert.deepEqual(data, { password: Buffer.from("classified-4711").toString("base64") });
    assert.ok(await server.request({ path: `${widgets}/in-file` }));
    assert.deepEqual(Object.keys((await stack.up()).counts), ["same"]);
    assert.deepEqual(await opsOf(), {});
    const kept = JSON.stringify(await stack.exportState()) + lines.join("\n");
    assert.doesNotMatch(kept, /classified|Y2xhc3NpZmllZ/);
  });

  it("that were deleted or changed by hand are shown by a preview and made good", async () => {
    await server.request({ method: "DELETE", path: `${widgets}/lone` });
    const changed = { path: `${widgets}/in-file`, method: "PATCH", body: { spec: { size: 9 } } };
    await server.request(changed);
    assert.deepEqual(await opsOf(), { lone: "create", "definitions:default/in-file": "update" });
    await stack.up({ refresh: true });
    const found = await server.request({ path: `${widgets}/in-file` });
    assert.deepEqual(found?.["spec"], { size: 1 });
    assert.ok(await server.request({ path: `${widgets}/lone` }));
    assert.deepEqual(await opsOf(), {});
  });

  it("of somebody else get their patched fields, and lose only those with the patch", async () => {
    const labels = { mesh: "on" };
    const namespace = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "default", labels },
    };
    declare(put(namespace, { patch: true }));
    await stack.up();
    const path = "/api/v1/namespaces/default";
    const labelsNow = async () => (await server.request({ path }))?.metadata?.["labels"];
    const own = { "kubernetes.io/metadata.name": "default" };
    assert.deepEqual(await labelsNow(), { ...own, mesh: "on" });
    declare();
    await stack.up();
    assert.deepEqual(await labelsNow(), own);
    assert.equal(await server.request({ path: `${widgets}/lone` }), undefined);
    const definition =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.org";
    assert.ok(await server.request({ path: definition }), "a definition outlives its file");
    assert.ok(await server.request({ path: "/api/v1/namespaces/prod" }), "a kept object stays");
  });

  it("of a chart keep what another program completes in its webhooks", async () => {
    const chart = writeChart(directory);
    const values = { text: "given" };
    const namespace = "default";
    declare({
      ...{ kind: "chart", name: "tiny", title: "", after: [] },
      ...{ chart, release: "tiny", namespace, values },
    });
    await stack.up();
    const map = await server.request({ path: "/api/v1/namespaces/default/configmaps/tiny" });
    assert.deepEqual(map?.["data"], values);
    const configurations = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    const completed = [
      { op: "add", path: "/webhooks/0/clientConfig/caBundle", value: "Q0E=" },
      { op: "replace", path: "/webhooks/0/failurePolicy", value: "Fail" },
    ];
    await server.request({
      method: "PATCH",
      path: `${configurations}/tiny?fieldManager=pilot-discovery`,
      contentType: "application/json-patch+json",
      body: completed,
    });
    assert.deepEqual(await opsOf(), {});
    const { counts } = await stack.up({ refresh: true });
    assert.equal(counts["update"], undefined);
    const found = JSON.stringify(await server.request({ path: `${configurations}/tiny` }));
    assert.match(found, /"caBundle":"Q0E="/);
    assert.match(found, /"failurePolicy":"Fail"/);
  });

  it("that a webhook must see fail in bounded time with the cause while it is down", async () => {
    const blocking = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    await server.request({
      method: "POST",
      path: blocking,
      contentType: "application/json",
      body: webhookWithoutService,
    });
    declare(put(configMap("seen", { text: "1" })));
    const start = Date.now();
    await assert.rejects(
      stack.up(),
      /seen: .*not successfully created.*failed calling webhook "down.example.org".*not found/,
    );
    assert.ok(Date.now() - start < 60_000);
    await server.request({ method: "DELETE", path: `${blocking}/down` });
    await stack.up();
  });

  it("that never get ready fail when their time is over, and say what is missing", async () => {
    declare(put(deployment({ "pulumi.com/timeoutSeconds": "2" })));
    // The lab's plugin and the vendor's, each in its own words.
    await assert.rejects(
      stack.up(),
      /Deployment default\/idle is not ready.*0 of 1 pods are available|idle[^]*Minimum number of live Pods was not attained/,
    );
    declare(put(deployment({ "pulumi.com/skipAwait": "true" })));
    await stack.up();
  });

  it("converge after a run that was killed between a create and its state", async () => {
    const state = path.join(directory, "killed");
    const run = (): child_process.ChildProcess => {
      const cli = path.join(checkout, "lab", "engine", "cli.ts");
      const args = ["up", "killed", "--state-dir", state, "--program", program];
      return child_process.spawn(process.execPath, ["--import", "tsx", cli, ...args], {
        cwd: checkout,
        detached: true,
        stdio: "ignore",
      });
    };
    const ended = (child: child_process.ChildProcess): Promise<number | null> =>
      new Promise((resolve) => child.once("close", resolve));
    const name = "survivor";
    declare(put(deployment({}, name)));
    const killed = run();
    const gone = ended(killed);
    const where = `/apis/apps/v1/namespaces/default/deployments/${name}`;
    for (let attempt = 0; (await server.request({ path: where })) === undefined; attempt++) {
      assert.ok(attempt < 600, "the object is not there after a minute");
      await delay(100);
    }
    process.kill(-(killed.pid ?? 0), "SIGKILL");
    await gone;
    const before = (await server.request({ path: where }))?.metadata?.["uid"];

    declare(put(deployment({ "pulumi.com/skipAwait": "true" }, name)));
    assert.equal(await ended(run()), 0);
    endOrphans(path.join(state, "home"));
    const after = (await server.request({ path: where }))?.metadata;
    assert.equal(after?.["uid"], before);
    declare();
    assert.equal(await ended(run()), 0);
    assert.equal(await server.request({ path: where }), undefined);
  });
});

function deployment(annotations: Record<string, string>, name = "idle"): KubernetesObject {
  const labels = { app: name };
  const containers = [{ name: "idle", image: "example.org/idle:1" }];
  const template = { metadata: { labels }, spec: { containers } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default", annotations },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  };
}

const webhookWithoutService = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "down" },
  webhooks: [
    {
      name: "down.example.org",
      failurePolicy: "Fail",
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
      clientConfig: { service: { name: "down", namespace: "default" } },
      rules: [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] },
      ],
    },
  ],
};
