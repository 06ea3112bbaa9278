/** The plugin as the official CLI finds it on PATH, without a language host; in a preview, which reaches nothing. */
import * as assert from "node:assert/strict";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { findPulumi } from "../../lab/engine/pulumi";
import { openStack, type LabStack } from "../../lab/engine/stack";
import { controlPlane, worker } from "../support/fixtures";
import { operatorKey } from "../support/graph";
import { packAndUnpackPlugin, type Packed } from "./packed";
import { launcherFolder, wrongCluster, wrongLines } from "./plugin";

describe("the plugin for other languages through the real engine", function () {
  this.timeout(180_000);
  const path = process.env["PATH"] ?? "";
  let packed: Packed | undefined;
  let stack: LabStack | undefined;
  let declare: () => pulumi.Inputs = () => ({});

  before(async function () {
    const cli = await findPulumi();
    if (cli === undefined) {
      process.stderr.write("    skipped: there is no pulumi program yet\n");
      return this.skip();
    }
    packed = packAndUnpackPlugin();
    process.env["PATH"] = `${launcherFolder(packed.folder)}:${path}`;
    stack = await openStack({
      environment: "test",
      stateDir: join(packed.folder, "state"),
      projectDir: packed.folder,
      pulumi: cli,
      program: () => Promise.resolve(declare()),
      print: () => undefined,
    });
  });
  after(async () => {
    process.env["PATH"] = path;
    await stack?.close();
    packed?.remove();
  });

  /** As a program in any language declares it. */
  class FromElsewhere extends pulumi.ComponentResource {
    constructor(component: string, name: string, inputs: pulumi.Inputs) {
      super(`nordmesh:index:${component}`, name, inputs, {}, true);
    }
  }

  it("shows what it will make", async () => {
    declare = () => {
      new FromElsewhere("KubeadmCluster", "edge", {
        release: "2026.1",
        privateKey: pulumi.secret(operatorKey),
        hosts: { "cp-1": controlPlane(), "worker-1": worker() },
      });
      return {};
    };
    const { changes } = await (stack ?? assert.fail()).preview();
    const made = changes.map(({ urn, op }) => `${op} ${urn.split("::").slice(2).join(" ")}`);
    const cluster = "nordmesh:index:KubeadmCluster$nordmesh:kubernetes:KubeadmCluster";
    assert.deepEqual(
      made.filter((line) => / (edge|edge-cp-1|edge-worker-1-join)$/.test(line)),
      [
        "create nordmesh:index:KubeadmCluster edge",
        `create ${cluster} edge`,
        `create ${cluster}$nordmesh:host:Host edge-cp-1`,
        `create ${cluster}$command:remote:Command edge-worker-1-join`,
      ],
    );
  });

  it("shows every sentence about wrong arguments", async () => {
    declare = () => {
      new FromElsewhere("KubeadmCluster", "wrong", wrongCluster);
      return {};
    };
    const said = `KubeadmCluster resource 'wrong' has a problem: ${wrongLines.join("\n")}\n`;
    await assert.rejects(
      () => (stack ?? assert.fail()).preview(),
      ({ message }: Error) => message.includes(said) || assert.fail(message),
    );
  });
});
