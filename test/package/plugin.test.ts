/** The plugin for other languages: packed, installed elsewhere and asked as the engine asks it. */
import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { specialOutputValueSig, specialSigKey } from "@pulumi/pulumi/runtime";
import type { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import { startFakeEngine, type FakeEngine, type Registered } from "../support/fake-engine";
import { controlPlane, hostKey, root, worker, type Fields } from "../support/fixtures";
import { answerOf, kubeconfig, operatorKey } from "../support/graph";
import { asSecret, isSecret, unmarked } from "../support/marks";
import { packAndUnpackPlugin, type Packed } from "./packed";
import { startPlugin, wrongCluster, wrongLines, type Constructed, type Plugin } from "./plugin";

type Schema = ReturnType<typeof generateSchema>;

describe("the plugin for other languages", function () {
  this.timeout(180_000);
  let packed: Packed;
  let engine: FakeEngine;
  let plugin: Plugin;
  let schema: Schema;

  before(async () => {
    packed = packAndUnpackPlugin();
    const answer = answerOf({ stack: {}, preview: false });
    engine = await startFakeEngine({ answer, preview: false });
    plugin = await startPlugin(packed.folder, engine.address);
    schema = JSON.parse(await plugin.schema()) as Schema;
  });
  after(async () => {
    await plugin?.close();
    engine?.close();
    packed?.remove();
  });

  const resource = (name: string): Schema["resources"][string] => {
    const found = schema.resources[`nordmesh:index:${name}`];
    assert.ok(found, name);
    return found;
  };
  const type = (name: string): NonNullable<Schema["types"][string]["properties"]> => {
    const found = schema.types[`nordmesh:index:${name}`]?.properties;
    assert.ok(found, name);
    return found;
  };
  const construct = (component: string, name: string, inputs: Fields): Promise<Constructed> =>
    plugin.construct({ type: `nordmesh:index:${component}`, name, inputs });
  const named = (name: string): Registered =>
    engine.resources.find((one) => one.name === name && !one.type.startsWith("nordmesh:index:")) ??
    assert.fail(`no ${name}`);

  it("has compiled modules and the sources that Pulumi's analyzer reads, and nothing else", () => {
    const sources = packed.files.filter((file) => file.endsWith(".ts"));
    assert.ok(sources.length > 10);
    const known = [
      ...sources,
      ...sources.map((file) => `bin/${file.replace(/\.ts$/, ".js")}`),
      ...["LICENSE", "PulumiPlugin.yaml", "package.json", "tsconfig.json"],
    ];
    assert.deepEqual(packed.files, known.sort());
    assert.ok(!sources.includes("build.ts"));
  });

  it("installs the npm package of its own version, and the SDKs that every Node.js can run", () => {
    const manifest = readFileSync(join(root, "components", "package.json"), "utf8");
    const { version, peerDependencies } = JSON.parse(manifest) as {
      readonly version: string;
      readonly peerDependencies: Readonly<Record<string, string>>;
    };
    const { nordmesh, typescript: _, ...sdks } = packed.manifest.dependencies;
    assert.deepEqual([nordmesh, schema.version], [version, version]);
    const oldest = Object.entries(peerDependencies).map(([name, range]) => [
      name,
      /^>=(\S+) /.exec(range)?.[1],
    ]);
    assert.deepEqual(sdks, Object.fromEntries(oldest));
  });

  it("is called nordmesh, and has every public class with what the next program needs", () => {
    assert.equal(schema.name, "nordmesh");
    const outputs = Object.entries(schema.resources).map(([token, { properties }]) => [
      token.replace("nordmesh:index:", ""),
      Object.keys(properties ?? {}),
    ]);
    assert.deepEqual(Object.fromEntries(outputs), {
      Host: ["address", "facts"],
      KubeadmCluster: ["kubeconfig", "endpoint", "nodes", "sshPrivateKey"],
      Istio: ["revision", "namespace", "gateways"],
      MeshPolicies: [],
      Linkerd: ["namespace", "trustRoots"],
      LoadBalancer: ["pools"],
      Addons: ["urls"],
      LocalStorage: ["className"],
      Environment: ["endpoint", "kubeconfig", "sshPrivateKey", "hosts"],
    });
    assert.ok(!resource("KubeadmCluster").required?.includes("sshPrivateKey"));
  });

  it("requires what the classes require", () => {
    const required = Object.keys(schema.resources).map((token) => [
      token.replace("nordmesh:index:", ""),
      schema.resources[token]?.requiredInputs,
    ]);
    assert.deepEqual(Object.fromEntries(required), {
      Host: ["host", "release"],
      KubeadmCluster: ["hosts", "release"],
      Istio: ["kubeconfig", "mode"],
      Linkerd: ["kubeconfig"],
      MeshPolicies: ["kubeconfig", "mode"],
      LoadBalancer: ["kubeconfig", "pools"],
      Addons: ["kubeconfig"],
      LocalStorage: ["kubeconfig"],
      Environment: ["config"],
    });
  });

  it("takes late values and secrets from other resources, and the rest plain", () => {
    const late = (properties: Schema["resources"][string]["inputProperties"]): readonly string[] =>
      Object.entries(properties ?? {})
        .filter(([, { plain }]) => plain !== true)
        .map(([name]) => name);
    assert.deepEqual(late(resource("Istio").inputProperties), ["kubeconfig"]);
    assert.deepEqual(late(resource("Host").inputProperties), ["privateKey"]);
    assert.deepEqual(late(type("HostConfig")), ["address", "hostKey", "nodeAddress"]);
    assert.deepEqual(late(type("EnvironmentSecrets")), ["sshPrivateKey", "kialiClientSecret"]);
  });

  it("describes each field by what its schema says", () => {
    assert.equal(
      type("Gateway")["namespace"]?.description,
      'Namespace of the gateway; the stack creates it.\nDefault: "istio-ingress"',
    );
    assert.match(
      type("Namespace")["mtls"]?.description ?? "",
      /One of\s+"permissive", "strict"\.$/,
    );
    const silent = Object.entries({ ...schema.resources, ...schema.types }).flatMap(
      ([token, found]) =>
        Object.entries(
          ("inputProperties" in found ? found.inputProperties : found.properties) ?? {},
        )
          .filter(([, { description }]) => description === undefined)
          .map(([name]) => `${token}.${name}`),
    );
    assert.deepEqual(silent, []);
  });

  it("names no type like a class: languages end both names by Args", () => {
    const classes = Object.keys(schema.resources);
    assert.deepEqual(
      Object.keys(schema.types).filter((token) => classes.includes(token)),
      [],
    );
  });

  it("makes the real class below each of its own, and hands out what that has", async () => {
    const own = { kubeconfig: asSecret(kubeconfig) };
    const made: Readonly<Record<string, readonly [Fields, string, Fields]>> = {
      Host: [
        { release: "2026.1", host: worker({ hostKey }), privateKey: asSecret(operatorKey) },
        "nordmesh:host:Host",
        { address: "192.0.2.21:22" },
      ],
      Istio: [
        { ...own, mode: "sidecar", gateways: { door: {} } },
        "nordmesh:mesh:Istio",
        { revision: "1-31-1", namespace: "istio-system", gateways: ["istio-ingress/door"] },
      ],
      MeshPolicies: [
        { ...own, mode: "ambient", namespaces: { shop: { create: true } } },
        "nordmesh:mesh:MeshPolicies",
        {},
      ],
      LoadBalancer: [
        { ...own, pools: { public: { mode: "l2", addresses: ["192.0.2.80/28"] } } },
        "nordmesh:addons:LoadBalancer",
        { pools: ["public"] },
      ],
      Addons: [
        { ...own, storageClass: "standard", prometheus: {} },
        "nordmesh:addons:Addons",
        { urls: { prometheus: "http://prometheus-prometheus.monitoring:9090" } },
      ],
      LocalStorage: [
        { ...own, volumes: { "n-1": { data: { path: "/mnt/data", sizeGiB: 10 } } } },
        "nordmesh:storage:LocalStorage",
        { className: "local" },
      ],
    };
    for (const [component, [inputs, real, expected]] of Object.entries(made)) {
      const name = `a-${component.toLowerCase()}`;
      const { urn, outputs } = await construct(component, name, inputs);
      const child = named(name);
      assert.deepEqual([child.type, child.parent], [real, urn]);
      assert.ok(engine.resources.some(({ parent }) => parent === child.urn));
      const { facts: _, ...plain } = outputs;
      assert.deepEqual(plain, expected);
    }
    const { outputs } = await construct("Environment", "north", {
      config: { release: "2026.1", hosts: { "cp-1": controlPlane() } },
      secrets: { sshPrivateKey: asSecret(operatorKey) },
    });
    assert.equal(named("cluster").parent, named("north").urn);
    assert.deepEqual(outputs["hosts"], { "cp-1": "192.0.2.11:22" });
  });

  it("knows the type of every field but free values of charts and of the kubelet", () => {
    const free = Object.entries(schema.types).flatMap(([token, { properties = {} }]) =>
      Object.entries(properties)
        .filter(([, property]) => "$ref" in property && property.$ref === "pulumi.json#/Any")
        .map(([name]) => `${token}.${name}`),
    );
    assert.deepEqual(free, []);
    assert.deepEqual(Object.keys(type("Image")), ["path", "url", "sha256"]);
    assert.deepEqual(Object.keys(type("NamespaceWaypoint")), ["enabled", "replicas"]);
  });

  it("reads a map back as the plain value that it stands for", async () => {
    const host = { source: "container", role: "worker", nodeAddress: "10.78.0.31" };
    await construct("Host", "boxed", {
      release: "2026.1",
      host: { ...host, image: { path: "/tree" } },
    });
    const { environment } = named("boxed-machine").inputs as { environment: Fields };
    assert.equal(environment["CONTAINER_IMAGE"], "/tree");
    const replicas = { min: 2, max: 3 };
    await construct("MeshPolicies", "sized", {
      kubeconfig: asSecret(kubeconfig),
      mode: "ambient",
      namespaces: {
        small: { waypoint: {} },
        big: { waypoint: { replicas } },
        none: { waypoint: { enabled: false } },
      },
    });
    const names = engine.resources.map(({ name }) => name);
    const made = ["small", "big", "none"].filter((one) =>
      names.some((name) => name.startsWith("sized-") && name.endsWith(`waypoint-${one}`)),
    );
    assert.deepEqual(made, ["small", "big"]);
    await assert.rejects(
      construct("MeshPolicies", "unclear", {
        kubeconfig: asSecret(kubeconfig),
        mode: "ambient",
        namespaces: { none: { waypoint: { enabled: false, replicas } } },
      }),
      /args\.namespaces\.none\.waypoint/,
    );
  });

  it("keeps a kubeconfig secret on its way in and out", async () => {
    const { outputs } = await construct("KubeadmCluster", "edge", {
      release: "2026.1",
      privateKey: asSecret(operatorKey),
      hosts: { "cp-1": controlPlane() },
    });
    assert.ok(isSecret(outputs["kubeconfig"]));
    assert.match(String(unmarked(outputs["kubeconfig"])), /classified-admin/);
    assert.deepEqual(named("a-istio-kubernetes").inputs["kubeconfig"], asSecret(kubeconfig));
  });

  it("takes an address that another resource knows", async () => {
    const address = {
      [specialSigKey]: specialOutputValueSig,
      value: "192.0.2.77",
      dependencies: [named("a-host").urn],
    };
    await construct("KubeadmCluster", "late", {
      release: "2026.1",
      privateKey: asSecret(operatorKey),
      hosts: { "cp-1": controlPlane({ address }) },
    });
    const { connection } = named("late-cp-1-join").inputs as { connection: unknown };
    assert.equal((unmarked(connection) as { host: string }).host, "192.0.2.77");
    assert.ok(named("late-cp-1-preflight").dependencies.includes(named("a-host").urn));
  });

  it("says all that is wrong in the words that a file would get, and registers nothing", async () => {
    const before = engine.resources.length;
    await assert.rejects(construct("KubeadmCluster", "wrong", wrongCluster), {
      message: wrongLines.join("\n"),
    });
    assert.equal(engine.resources.length, before);
  });
});
