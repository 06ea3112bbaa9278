/** A real API server judges every object of a mesh: strict server-side apply, as a dry run. */
import * as assert from "node:assert/strict";
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MeshPlan } from "../../components/mesh/plan";
import type { JsonObject } from "../../components/steps/step";
import { toYamlStream } from "../../components/text/yaml";
import { ensureTool, moduleDirectory } from "../../lab/toolchain";
import { startApiServer, type ApiServer } from "../support/api-server";
import { destination, examples, exampleSection, plan, planExample, withService } from "./examples";
import { readManifests, type Manifest } from "./manifests";
import { danglingReferences, keyOf } from "./references";
import { ensureRenderer, maxBuffer, renderCharts, run, type Renderer } from "./render";
import { sceneOf } from "./scene";

const selector = { app: "orders" };
/** The environment of the ambient guide with all that makes waypoints, routes and policies. */
const g4WithWaypoints = plan(
  withService(
    { breaker: {}, timeout: "2s", replicas: 3, canary: { v1: 90, v2: 10 }, selector },
    {
      ...exampleSection("g4"),
      namespaces: {
        "payments-prod": { mtls: "strict" },
        shop: { waypoint: { replicas: { min: 2, max: 4 } } },
        tools: { waypoint: true },
      },
      workloads: { "shop/orders": { plaintextPorts: [9090], selector } },
      egress: { allow: { bank: destination } },
    },
  ),
  { cni: "calico" },
);
const ambient = { g4: planExample("g4"), "g4 with waypoints": g4WithWaypoints };
const sidecar = examples.filter((name) => name !== "g4");
const meshes: readonly (readonly [string, MeshPlan])[] = [
  ...sidecar.map((name) => [name, planExample(name)] as const),
  ...Object.entries(ambient),
];

describe("a real API server", function () {
  this.timeout(180_000);

  const tools = { istioctl: "", kubectl: "" };
  const rendered = new Map<MeshPlan, readonly Manifest[]>();
  let directory: string;
  let renderer: Renderer;
  let server: ApiServer;

  before(async function () {
    // Only builds for the first time take long.
    this.timeout(60 * 60_000);
    tools.istioctl = await ensureTool("istioctl");
    tools.kubectl = await ensureTool("kubectl");
    renderer = await ensureRenderer();
    directory = mkdtempSync(join(tmpdir(), "nordmesh-dry-run-"));
    server = await startApiServer(directory);
    const gatewayApi = readFileSync(join(renderer.charts, "gateway-api.yaml"), "utf8");
    const istio = renderCharts(renderer, ambient.g4).filter(isDefinition);
    taken(
      apply([...readManifests(gatewayApi), ...istio, ...readManifests(await ciliumDefinition())]),
    );
    const established = ["--for=condition=established", "crd", "--all", "--timeout=120s"];
    taken(kubectl(["wait", ...established]));
  });

  after(async () => {
    await server?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  for (const [name, planned] of meshes) {
    it(`takes every object of ${name} without a warning`, () => {
      const { namespaces, others } = objectsOf(planned);
      taken(apply(namespaces));
      const names = taken(apply(others, "--dry-run=server", "--output=name"));
      assert.equal(names.trim().split("\n").length, others.length);
    });
  }

  for (const [name, planned] of Object.entries(ambient)) {
    it(`would hold a complete ztunnel and all that ${name} refers to`, () => {
      const { others } = objectsOf(planned);
      assert.deepEqual(danglingReferences(others), []);
      const ztunnel = others.map(keyOf).filter((key) => /\/ztunnel(-|$)/.test(key));
      const policy = planned === ambient.g4 ? [] : ["NetworkPolicy/istio-system/ztunnel-1-31-1"];
      assert.deepEqual(ztunnel.sort(), [
        "DaemonSet/istio-system/ztunnel",
        ...policy,
        "ServiceAccount/istio-system/ztunnel",
      ]);
    });

    it(`would hold the waypoints that ${name} declares, as istioctl makes them`, async () => {
      const { namespaces, others } = objectsOf(planned);
      const declared = planned.namespaces.filter(({ waypoint }) => waypoint).map((one) => one.name);
      const used = planned.egress.allow.length > 0 ? [...declared, "istio-egress"] : declared;
      const waypoints = others.filter(({ kind }) => kind === "Gateway").map(withoutOptions);
      assert.deepEqual(waypoints, used.map(waypointOf));
      taken(apply(namespaces));
      for (const { name: namespace } of planned.namespaces) {
        const through = declared.includes(namespace);
        assert.deepEqual(await meshLabels(namespace), {
          "istio.io/dataplane-mode": "ambient",
          ...(through && { "istio.io/ingress-use-waypoint": "true" }),
          ...(through && { "istio.io/use-waypoint": "waypoint" }),
        });
      }
    });
  }

  it("would be incomplete without the account of ztunnel, so nothing missing is a proof", () => {
    const { others } = objectsOf(ambient.g4);
    const account = "ServiceAccount/istio-system/ztunnel";
    const rest = others.filter((one) => keyOf(one) !== account);
    assert.deepEqual(danglingReferences(rest), [`DaemonSet/istio-system/ztunnel -> ${account}`]);
  });

  it("refuses a misspelt field in each kind of object, so its silence is a proof", () => {
    const { others } = objectsOf(g4WithWaypoints);
    for (const kind of ["DaemonSet", "Gateway", "PeerAuthentication", "HTTPRoute"]) {
      const found = others.find((one) => one["kind"] === kind) ?? {};
      const spec = { ...(found["spec"] as JsonObject), classNam: "none" };
      const { status, stderr } = apply([{ ...found, spec }], "--dry-run=server");
      assert.equal(status, 1, kind);
      assert.match(stderr, /\.spec\.classNam: field not declared in schema/);
    }
  });

  /** What the API server would hold but for CRDs; namespaces with all of their labels. */
  function objectsOf(planned: MeshPlan) {
    const charts = rendered.get(planned) ?? renderCharts(renderer, planned);
    rendered.set(planned, charts);
    const objects = [...(charts as readonly JsonObject[]), ...sceneOf(planned)].filter(
      (one) => !isDefinition(one),
    );
    return {
      namespaces: objects.filter(({ kind }) => kind === "Namespace"),
      others: objects.filter(({ kind }) => kind !== "Namespace"),
    };
  }

  function apply(objects: readonly object[], ...args: readonly string[]) {
    const strict = ["apply", "--server-side", "--validate=strict", "--filename=-", ...args];
    return kubectl(strict, toYamlStream(objects));
  }

  function kubectl(args: readonly string[], input = "") {
    const own = ["--kubeconfig", join(directory, "kubeconfig"), "--cache-dir", directory];
    return spawnSync(tools.kubectl, [...own, ...args], { input, encoding: "utf8", maxBuffer });
  }

  function waypointOf(namespace: string): unknown {
    const wanted = ["--namespace", namespace, "--for", "service", "--revision", "1-31-1"];
    const [waypoint] = readManifests(run(tools.istioctl, ["waypoint", "generate", ...wanted]));
    return waypoint;
  }

  async function meshLabels(namespace: string): Promise<Record<string, unknown>> {
    const answer = await server.request({ path: `/api/v1/namespaces/${namespace}` });
    const labels = Object.entries(answer?.metadata?.["labels"] ?? {});
    return Object.fromEntries(labels.filter(([key]) => key.startsWith("istio.io/")));
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

/** The size of one waypoint is ours; istioctl has no option for it. */
function withoutOptions(waypoint: JsonObject): JsonObject {
  const { infrastructure: _size, ...spec } = waypoint["spec"] as JsonObject;
  return { ...waypoint, spec };
}

/** Cilium's operator puts it into a cluster, where nobody hears of a format that the API server ignores. */
async function ciliumDefinition(): Promise<string> {
  const module = await moduleDirectory({ group: "cilium", module: "github.com/cilium/cilium" });
  const below = "pkg/k8s/apis/cilium.io/client/crds/v2/ciliumnetworkpolicies.yaml";
  return readFileSync(join(module, below), "utf8").replaceAll(
    "format: idn-hostname",
    "format: hostname",
  );
}
