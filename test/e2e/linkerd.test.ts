/**
 * A real API server judges every object of Linkerd, of its charts and beside them: strict server-side apply, as a dry run.
 * No image can be had, so nothing runs.
 *
 * Its charts are in no registry of modules: NORDMESH_CHARTS names a directory that has linkerd-crds,
 * linkerd-control-plane, linkerd2-cni and partials as the folder `charts` of github.com/linkerd/linkerd2 has them.
 */
import * as assert from "node:assert/strict";
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LinkerdPlan } from "../../components/linkerd/plan";
import { webhookHosts, webhookSecrets } from "../../components/linkerd/webhooks";
import { merge } from "../../components/mesh/json";
import type { Json, JsonObject, ObjectStep } from "../../components/steps/step";
import { toYamlStream } from "../../components/text/yaml";
import { makeIssuer, makeRoot, makeServer } from "../../components/trust/authority";
import { trustSecrets } from "../../components/trust/plan";
import { ensureTool } from "../../lab/toolchain";
import { full, plan, section, withService } from "../linkerd/examples";
import type { Manifest } from "../mesh/manifests";
import { maxBuffer, renderCharts } from "../mesh/render";
import { startApiServer, type ApiServer } from "../support/api-server";
import { givenCharts, skipUnlessGiven } from "./support/given";

const charts = ["linkerd-crds", "linkerd-control-plane", "linkerd2-cni"];

const meshes: Readonly<Record<string, LinkerdPlan>> = {
  "all that a section can say": plan(full),
  "one pod of each part": plan(withService({ timeout: "2s" }), { workerNodes: 1 }),
  "pods that redirect their own traffic": plan(section({ linkerdCni: false })),
};

describe("a real API server, with Linkerd", function () {
  this.timeout("3m");

  const rendered = new Map<LinkerdPlan, readonly Manifest[]>();
  const late = certificates();
  let directory: string;
  let kubectlPath: string;
  let helm: string;
  let server: ApiServer | undefined;

  before(async function () {
    // Only builds for the first time take long.
    this.timeout("60m");
    skipUnlessGiven(this, { charts: [...charts, "partials"] });
    kubectlPath = await ensureTool("kubectl");
    helm = await ensureTool("helm");
    directory = mkdtempSync(join(tmpdir(), "nordmesh-linkerd-"));
    for (const name of charts) {
      cpSync(join(givenCharts, name), join(directory, "charts", name), { recursive: true });
      cpSync(join(givenCharts, "partials"), join(directory, "charts", name, "charts", "partials"), {
        recursive: true,
      });
    }
    server = await startApiServer(directory);
    taken(apply(chartsOf(plan(full)).filter(isDefinition)));
    taken(kubectl(["wait", "--for=condition=established", "crd", "--all", "--timeout=120s"]));
  });

  after(async () => {
    await server?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  for (const [title, planned] of Object.entries(meshes)) {
    it(`takes every object of ${title} without a warning`, () => {
      const { namespaces, others } = objectsOf(planned);
      taken(apply(namespaces));
      const names = taken(apply(others, "--dry-run=server", "--output=name"));
      assert.equal(names.trim().split("\n").length, others.length);
    });

    it(`lets pods of ${title} into their namespaces`, () => {
      const { namespaces, others } = objectsOf(planned);
      taken(apply(namespaces));
      const pods = others.flatMap(podOf);
      assert.ok(pods.length >= 3);
      for (const pod of pods) taken(apply([pod], "--dry-run=server"));
    });
  }

  it("would refuse pods that redirect their own traffic beside the node plug-in, so its silence is a proof", () => {
    const [alone, beside] = [plan(section({ linkerdCni: false })), plan(section())].map(objectsOf);
    taken(apply(beside?.namespaces ?? []));
    const [pod] = (alone?.others ?? []).flatMap(podOf);
    const { status, stderr } = apply([pod ?? {}], "--dry-run=server");
    assert.equal(status, 1);
    assert.match(stderr, /violates PodSecurity "restricted:latest".*NET_ADMIN/s);
  });

  it("refuses a misspelt field in each kind of object that is planned", () => {
    const { namespaces, others } = objectsOf(plan(full));
    taken(apply(namespaces));
    const planned = plan(full).steps.flatMap((step) =>
      step.kind === "object" && step.object.spec !== undefined ? [step.object.kind] : [],
    );
    for (const kind of new Set(planned)) {
      const found = others.find((one) => one["kind"] === kind) ?? {};
      const spec = { ...(found["spec"] as JsonObject), wrongly: "spelt" };
      const { status, stderr } = apply([{ ...found, spec }], "--dry-run=server");
      assert.equal(status, 1, kind);
      assert.match(stderr, /\.spec\.wrongly: field not declared in schema/, kind);
    }
  });

  it("knows the webhooks by their authority beside what the chart says of them", async () => {
    const planned = plan(full);
    const kinds = /^(Mutating|Validating)WebhookConfiguration$/;
    const ofCharts = chartsOf(planned).filter(({ kind }) => kinds.test(kind));
    assert.equal(ofCharts.length, 3);
    assert.doesNotMatch(JSON.stringify(ofCharts), /caBundle/);
    taken(apply(ofCharts));
    const patches = planned.steps.filter(
      (step): step is ObjectStep => step.kind === "object" && kinds.test(step.object.kind),
    );
    try {
      taken(apply(patches.map(resolved), "--field-manager=the-patches"));
      for (const { object } of patches) {
        const answer = await server?.request({
          path: `/apis/admissionregistration.k8s.io/v1/${object.kind.toLowerCase()}s/${object.metadata.name}`,
        });
        const [webhook] = answer?.["webhooks"] as readonly JsonObject[];
        const client = webhook?.["clientConfig"] as JsonObject;
        assert.equal(client["caBundle"], late[webhookSecrets.authority]);
        assert.ok((webhook?.["rules"] as readonly Json[]).length > 0);
        assert.equal(webhook?.["failurePolicy"], "Fail");
      }
    } finally {
      // They would ask pods that never run, about everything that comes after.
      taken(kubectl(["delete", "-f", "-"], toYamlStream(ofCharts)));
    }
  });

  function chartsOf(planned: LinkerdPlan): readonly Manifest[] {
    const known = rendered.get(planned);
    if (known !== undefined) return known;
    const found = renderCharts({ charts: join(directory, "charts"), helm }, planned);
    rendered.set(planned, found);
    return found;
  }

  /** What the API server would hold but for definitions; namespaces apart, with all of their labels. */
  function objectsOf(planned: LinkerdPlan) {
    const objects = new Map<string, JsonObject>();
    const own = planned.steps.filter((step): step is ObjectStep => step.kind === "object");
    const all = [...chartsOf(planned), ...applications(planned), ...own.map(resolved)];
    for (const object of all as readonly JsonObject[]) {
      if (isDefinition(object)) continue;
      const key = keyOf(object);
      objects.set(key, mergeNamed(objects.get(key) ?? {}, object));
    }
    const every = [...objects.values()];
    return {
      namespaces: every.filter(({ kind }) => kind === "Namespace"),
      others: every.filter(({ kind }) => kind !== "Namespace"),
    };
  }

  /** The object of a step with what a run would make. */
  function resolved({ object, secretData = {} }: ObjectStep): JsonObject {
    const text = JSON.stringify(object).replace(/"@(\w+)@"/g, (_, name: string) =>
      JSON.stringify(late[name] ?? assert.fail(name)),
    );
    const stringData = Object.fromEntries(
      Object.entries(secretData).map(([key, name]) => [key, late[name] ?? assert.fail(name)]),
    );
    const plain = JSON.parse(text) as JsonObject;
    return Object.keys(stringData).length > 0 ? { ...plain, stringData } : plain;
  }

  function apply(objects: readonly object[], ...args: readonly string[]) {
    const strict = ["apply", "--server-side", "--validate=strict", "--filename=-", ...args];
    return kubectl(strict, toYamlStream(objects));
  }

  function kubectl(args: readonly string[], input = "") {
    const own = ["--kubeconfig", join(directory, "kubeconfig"), "--cache-dir", directory];
    return spawnSync(kubectlPath, [...own, ...args], { input, encoding: "utf8", maxBuffer });
  }
});

/** What kubectl printed; fails where it, or the API server, had anything to say. */
function taken({ status, stdout, stderr }: SpawnSyncReturns<string>): string {
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  return stdout;
}

function isDefinition(object: { readonly kind?: unknown }): boolean {
  return object.kind === "CustomResourceDefinition";
}

function keyOf({ kind, metadata }: JsonObject): string {
  const { name, namespace = "" } = metadata as Record<string, string>;
  return `${kind as string}/${namespace}/${name ?? ""}`;
}

/** As the API server merges what several own: lists of webhooks by their names. */
function mergeNamed(one: JsonObject, other: JsonObject): JsonObject {
  const merged = merge(one, other);
  const [before, added] = [one, other].map(
    ({ webhooks }) => webhooks as readonly JsonObject[] | undefined,
  );
  if (before === undefined || added === undefined) return merged;
  const webhooks = before.map((webhook) => {
    const same = added.find(({ name }) => name === webhook["name"]);
    return same === undefined ? webhook : merge(webhook, same);
  });
  return { ...merged, webhooks };
}

/** The Service of each declared service, which somebody else makes. */
function applications({ services }: LinkerdPlan): readonly JsonObject[] {
  return services.map(({ namespace, name, port }) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ name: "main", port }] },
  }));
}

/** A pod as the workload would make it; none of an object that makes none. */
function podOf(object: JsonObject): readonly JsonObject[] {
  if (object["kind"] !== "Deployment" && object["kind"] !== "DaemonSet") return [];
  const { name = "", namespace = "" } = object["metadata"] as Record<string, Json>;
  const { template } = object["spec"] as Record<string, JsonObject>;
  const { metadata, spec } = template as Record<string, JsonObject>;
  const own = { ...metadata, name, namespace };
  return [{ apiVersion: "v1", kind: "Pod", metadata: own, spec: spec ?? {} }];
}

/** What a run would make, by the names of the steps. */
function certificates(): Readonly<Record<string, string>> {
  const now = new Date();
  const subject = (name: string) => ({ name, organization: "test" });
  const root = makeRoot(subject("root"), now);
  const issuer = makeIssuer(subject("identity.linkerd.cluster.local"), root, now);
  const server = makeServer(subject("webhooks"), { hosts: webhookHosts, root, now });
  return {
    [trustSecrets.roots]: root.certificate,
    [trustSecrets.issuerCertificate]: issuer.certificate,
    [trustSecrets.issuerKey]: issuer.key,
    [webhookSecrets.certificate]: server.certificate,
    [webhookSecrets.key]: server.key,
    [webhookSecrets.authority]: Buffer.from(root.certificate).toString("base64"),
  };
}
