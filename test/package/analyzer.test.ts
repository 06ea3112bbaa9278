import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import { getPulumiComponents } from "@pulumi/pulumi/provider/experimental/provider";
import * as program from "../../package/index";
import { root } from "../support/fixtures";

type Schema = ReturnType<typeof generateSchema>;

const folder = join(root, "package");
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
  readonly name: string;
  readonly version: string;
  readonly description: string;
};

/** As componentProviderHost makes it of the exported classes. */
function analyse(): Schema {
  const names = new Set(getPulumiComponents(program).map((component) => component.name));
  const analyzer = new Analyzer(folder, manifest.name, manifest, names);
  const { components: found, typeDefinitions, dependencies } = analyzer.analyze();
  const { name, version, description } = manifest;
  return generateSchema(name, version, description, found, typeDefinitions, dependencies);
}

describe("the package for other languages", function () {
  this.timeout(120_000);
  let schema: Schema;
  before(() => {
    schema = analyse();
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

  it("has every public class, each with what the next program needs and no more", () => {
    const outputs = Object.entries(schema.resources).map(([token, { properties }]) => [
      token.replace("nordmesh:index:", ""),
      Object.keys(properties ?? {}),
    ]);
    assert.deepEqual(Object.fromEntries(outputs), {
      Host: ["address", "facts"],
      KubeadmCluster: ["endpoint", "kubeconfig"],
      Istio: ["revision"],
      MeshPolicies: [],
      LoadBalancer: [],
      Addons: [],
      Environment: ["endpoint", "kubeconfig", "hosts"],
    });
  });

  it("requires what the schemas require", () => {
    assert.deepEqual(resource("Environment").requiredInputs, ["hosts", "release"]);
    assert.deepEqual(resource("Host").requiredInputs, ["release", "role", "source"]);
    assert.deepEqual(resource("Istio").requiredInputs, ["kubeconfig", "mode"]);
  });

  it("takes late values and secrets from other resources, and the rest plain", () => {
    const late = Object.entries(resource("Host").inputProperties ?? {})
      .filter(([, { plain }]) => plain !== true)
      .map(([name]) => name);
    assert.deepEqual(late, ["sshPrivateKey", "address", "hostKey", "nodeAddress", "image"]);
    assert.equal(resource("Environment").inputProperties?.["kialiClientSecret"]?.plain, undefined);
  });

  it("describes each field by what its schema says", () => {
    assert.equal(
      type("Gateway")["namespace"]?.description,
      'Namespace of the gateway; the stack makes it.\nDefault: "istio-ingress"',
    );
    assert.match(type("Namespace")["mtls"]?.description ?? "", /One of "permissive", "strict"\.$/);
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
});
