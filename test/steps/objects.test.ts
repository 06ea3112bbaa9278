import * as assert from "node:assert/strict";
import { homedir } from "node:os";
import { ComponentResource, CustomResource } from "@pulumi/pulumi";
import { createObjects } from "../../components/steps/objects";
import { placeSteps } from "../../components/steps/place";
import { clusterProvider } from "../../components/steps/provider";
import type { ClusterStep, KubernetesObject, ObjectStep } from "../../components/steps/step";
import { clusterFacts, type ApiTarget } from "../../components/steps/target";
import { sharedOptions } from "../../components/steps/webhooks";
import type { Registered } from "../support/fake-engine";
import { isSecret, openTexts, unmarked } from "../support/marks";
import { registered, type Made } from "../support/registered";

const kubeconfig = "classified kubeconfig";

describe("createObjects", function () {
  this.timeout(60_000);

  let whole: Made;

  before(async () => {
    whole = await graphOf(steps);
  });

  it("makes one child per step, under its name and with the type of its object", () => {
    const { named } = whole;
    const parent = named("objects").urn;
    const expected = {
      namespace: "kubernetes:core/v1:Namespace",
      "label-dns": "kubernetes:apps/v1:DeploymentPatch",
      "deny-all": "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      login: "kubernetes:core/v1:Secret",
      definitions: "kubernetes:yaml/v2:ConfigFile",
      istiod: "kubernetes:helm.sh/v4:Chart",
      strict: "kubernetes:security.istio.io/v1:PeerAuthentication",
    };
    for (const [name, type] of Object.entries(expected)) {
      assert.equal(named(name).type, type);
      assert.equal(named(name).parent, parent, name);
    }
  });

  it("lets a step wait for those in `after`, and the first for what makes the cluster ready", () => {
    const { named } = whole;
    const waitsFor = (name: string): readonly string[] =>
      named(name)
        .dependencies.map((urn) => urn.split("::")[3] ?? "")
        .sort();
    assert.deepEqual(waitsFor("namespace"), ["first"]);
    assert.deepEqual(waitsFor("istiod"), ["definitions", "namespace"]);
    assert.deepEqual(waitsFor("strict"), ["istiod"]);
  });

  it("refuses to wait for a step that does not come before", async () => {
    const { failure } = await graphOf([put("early", { after: ["late"] }), put("late")]);
    assert.match(failure ?? "", /step early waits for late, which no step before it is called/);
  });

  it("keeps kubeconfig and the values of secrets secret", () => {
    const { named, resources } = whole;
    const { stringData } = named("login").inputs as { stringData: Record<string, unknown> };
    assert.ok(isSecret(stringData) || isSecret(stringData["password"]));
    assert.match(JSON.stringify(unmarked(stringData)), /classified password/);
    assert.ok(isSecret(named("cluster").inputs["kubeconfig"]));
    const open = resources.flatMap(({ inputs }) => openTexts(inputs));
    assert.deepEqual(
      open.filter((text) => text.includes("classified")),
      [],
    );
  });

  it("puts a gate between the steps around it, without the provider of the cluster", async () => {
    const gate: ClusterStep = {
      ...{ kind: "script", name: "proof", title: "", after: ["one"], scripts: [], files: {} },
      ...{ values: { CHART: "digest" }, inputs: {}, removes: false, timeoutSeconds: 60 },
    };
    const own = [put("one"), gate, put("two", { after: ["proof"] })];
    const { named, failure } = await graphOf(own, (step, _late, opts) => {
      assert.equal(opts.provider, undefined);
      return new First("test:index:Gate", step.name, { ...step.values }, opts);
    });
    assert.equal(failure, undefined);
    const names = ({ dependencies }: Registered) =>
      dependencies.map((urn) => urn.split("::")[3] ?? "");
    assert.deepEqual(names(named("proof")).sort(), ["one"]);
    assert.ok(names(named("two")).includes("proof"));
    assert.equal(named("proof").parent, named("objects").urn);
  });

  it("puts values that only a run has where an object names them, and nowhere else", async () => {
    const spec = { bundle: "@authority@", list: [{ inner: "@authority@" }], other: "@unknown@" };
    const step = put("late", { ...object("example.com/v1", "Bundle", spec), late: ["authority"] });
    const { named, failure } = await graphOf([step]);
    assert.equal(failure, undefined);
    assert.deepEqual(named("late").inputs["spec"], {
      bundle: "a certificate",
      list: [{ inner: "a certificate" }],
      other: "@unknown@",
    });
    const without = await graphOf([put("other", { late: ["missing"] })]);
    assert.match(without.failure ?? "", /step other needs missing, not given/);
  });

  it("refuses a secret that the stack does not have", async () => {
    const step = put("other", { secretData: { password: "unknown" } });
    const { failure } = await graphOf([step]);
    assert.match(failure ?? "", /step other needs secret unknown, not given/);
  });

  it("names the cluster for ever, adopts its own objects and takes changed fields back", () => {
    const { inputs } = whole.named("cluster");
    assert.equal(inputs["clusterIdentifier"], "nordmesh/test");
    for (const name of ["upsertExistingObjects", "enablePatchForce", "enableServerSideApply"]) {
      assert.equal(inputs[name], "true", name);
    }
  });

  it("reads a chart below `~/` from the home directory, with plain values", () => {
    const { inputs } = whole.named("istiod");
    assert.equal(inputs["chart"], `${homedir()}/charts/istiod`);
    assert.equal(inputs["name"], "istiod-1-31-1");
    assert.deepEqual(inputs["values"], { pilot: { replicaCount: 2 } });
  });
});

describe("objects of charts", () => {
  it("leave to istiod what it completes in its webhooks", () => {
    for (const kind of ["Validating", "Mutating"]) {
      const type = `kubernetes:admissionregistration.k8s.io/v1:${kind}WebhookConfiguration`;
      const { ignoreChanges } = sharedOptions(type);
      const paths = ["webhooks[*].clientConfig.caBundle", "webhooks[*].failurePolicy"];
      assert.deepEqual(ignoreChanges, paths);
    }
    assert.deepEqual(sharedOptions("kubernetes:core/v1:ConfigMap"), {});
  });

  it("outlive the chart where other objects would go with them", () => {
    const type = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
    assert.equal(sharedOptions(type).retainOnDelete, true);
  });
});

function put(name: string, step: Partial<ObjectStep> = {}): ObjectStep {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "prod" } };
  return { kind: "object", name, title: "", after: [], object, ...step };
}

function object(apiVersion: string, kind: string, spec = {}): { object: KubernetesObject } {
  return { object: { apiVersion, kind, metadata: { name: "one", namespace: "prod" }, spec } };
}

const steps: readonly ClusterStep[] = [
  put("namespace", object("v1", "Namespace")),
  put("label-dns", { ...object("apps/v1", "Deployment"), patch: true }),
  put("deny-all", object("networking.k8s.io/v1", "NetworkPolicy")),
  put("login", { ...object("v1", "Secret"), secretData: { password: "grafana" } }),
  { kind: "file", name: "definitions", title: "", after: [], file: "definitions.yaml" },
  {
    kind: "chart",
    name: "istiod",
    title: "",
    after: ["namespace", "definitions"],
    chart: "~/charts/istiod",
    release: "istiod-1-31-1",
    namespace: "istio-system",
    values: { pilot: { replicaCount: 2 } },
  },
  put("strict", { ...object("security.istio.io/v1", "PeerAuthentication"), after: ["istiod"] }),
];

class First extends CustomResource {}

/** What a component with these steps registers. */
function graphOf(own: readonly ClusterStep[], run: ApiTarget["run"] = refuse): Promise<Made> {
  return registered(() => {
    const first = new First("test:index:First", "first");
    const clusterIdentifier = "nordmesh/test";
    const provider = clusterProvider("cluster", { kubeconfig, clusterIdentifier });
    const made = new Map([["first", first]]);
    createObjects({
      parent: new ComponentResource("test:index:Objects", "objects"),
      steps: placeSteps({ steps: own }, { after: "first" }).steps,
      target: { facts: clusterFacts("test", {}), prefix: "", provider, made, run },
      secrets: { grafana: "classified password" },
      late: { authority: Promise.resolve("a certificate") },
    });
    return Promise.resolve({});
  });
}

function refuse(step: { readonly name: string }): never {
  throw new Error(`${step.name} has no host`);
}
