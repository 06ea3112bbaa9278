import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { AddonsConfig, planAddons as planIn, tracingTarget } from "../../components/addons";
import { charts } from "../../components/addons/charts";
import type { ClusterStep } from "../../components/steps/step";
import { assertGolden } from "../support/golden";
import { addons, everything, meshSteps, problems, renderSteps } from "./fixtures";

const sidecar = { mode: "sidecar", steps: meshSteps } as const;
const ambient = { mode: "ambient", steps: meshSteps } as const;

function planAddons(args: Omit<Parameters<typeof planIn>[0], "cluster">, workerNodes = 2) {
  return planIn({ ...args, cluster: { workerNodes } });
}

function stepNamed(steps: readonly ClusterStep[], name: string): ClusterStep {
  const step = steps.find((one) => one.name === name);
  assert.ok(step, `no step ${name}`);
  return step;
}

describe("addons", () => {
  it("are planned as in the golden files", () => {
    const openid = {
      ...everything,
      kiali: {
        auth: {
          strategy: "openid",
          issuer: "https://id.example.net",
          clientId: "kiali",
          clientSecret: true,
        },
      },
    };
    assertGolden("addons", {
      "sidecar.yaml": renderSteps(planAddons({ config: addons(everything), mesh: sidecar }).steps),
      "metrics-server.yaml": renderSteps(
        planAddons({ config: addons({ metricsServer: {} }), mesh: sidecar }).steps,
      ),
      "ambient-openid.yaml": renderSteps(
        planAddons({ config: addons(openid), mesh: ambient }).steps.filter(({ name }) =>
          /kiali|ztunnel/.test(name),
        ),
      ),
    });
  });

  it("are nothing unless declared", () => {
    const plan = planAddons({ config: addons({}), mesh: sidecar });
    assert.deepEqual([plan.steps, plan.secrets, plan.findings], [[], [], []]);
    assert.equal(tracingTarget(addons({})), undefined);
  });

  it("have a metrics-server that trusts the cluster's kubelets, as one on one node and as two on more", () => {
    const planned = (workerNodes: number) => {
      const config = addons({ metricsServer: { resolutionSeconds: workerNodes === 1 ? 15 : 30 } });
      const plan = planAddons({ config, mesh: sidecar }, workerNodes);
      assert.deepEqual(plan.urls, {});
      assert.equal(plan.measuresPods, true);
      assert.equal(plan.steps.length, 1);
      return stepNamed(plan.steps, "addons-metrics-server");
    };
    for (const workerNodes of [1, 2]) {
      assert.doesNotMatch(JSON.stringify(planned(workerNodes)), /insecure/);
    }
    const one = planned(1);
    const two = planned(3);
    assert.ok(one.kind === "chart" && two.kind === "chart");
    assert.deepEqual(one.values, { image: { tag: "v0.9.0" } });
    assert.deepEqual(two.values["args"], ["--metric-resolution=30s"]);
    assert.equal(two.values["replicas"], 2);
    assert.deepEqual(two.values["podDisruptionBudget"], { enabled: true, maxUnavailable: 1 });
    assert.equal(planAddons({ config: addons(everything), mesh: sidecar }).measuresPods, false);
  });

  it("let Grafana read no Secret of another namespace", () => {
    const { steps } = planAddons({ config: addons(everything), mesh: sidecar });
    const chart = stepNamed(steps, "addons-prometheus");
    assert.ok(chart.kind === "chart");
    const { rbac, sidecar: watched } = chart.values["grafana"] as Record<string, unknown>;
    assert.deepEqual(rbac, { namespaced: true });
    assert.deepEqual(watched, {
      dashboards: { searchNamespace: "monitoring", resource: "configmap" },
      datasources: { alertmanager: { enabled: false }, resource: "configmap" },
    });
  });

  it("give Tempo ten minutes to read its log again before it is taken for dead", () => {
    const { steps } = planAddons({ config: addons(everything), mesh: sidecar });
    const chart = stepNamed(steps, "addons-tempo");
    assert.ok(chart.kind === "chart");
    const { livenessProbe } = chart.values["tempo"] as Record<string, unknown>;
    // The chart's own probe asks every ten seconds.
    assert.deepEqual(livenessProbe, { failureThreshold: 60 });
  });

  it("hold every value of a secret by name only", () => {
    const { steps, secrets } = planAddons({ config: addons(everything), mesh: sidecar });
    const used = steps.flatMap((step) =>
      step.kind === "object" ? Object.values(step.secretData ?? {}) : [],
    );
    assert.deepEqual([...new Set(used)].sort(), secrets.map(({ name }) => name).sort());
    const kiali = stepNamed(steps, "addons-kiali");
    assert.ok(kiali.kind === "chart");
    assert.match(
      JSON.stringify(kiali.values),
      /"signing_key":"secret:kiali-signing-key:signing-key"/,
    );
  });

  it("tell the mesh where spans go", () => {
    assert.deepEqual(tracingTarget(addons({ tracing: { samplingPercent: 5 } })), {
      service: "tempo",
      namespace: "monitoring",
      port: 4317,
      samplingPercent: 5,
    });
  });

  it("let Prometheus into an ambient mesh, where no port takes plaintext", () => {
    const joins = (mesh: typeof sidecar | typeof ambient): boolean =>
      JSON.stringify(planAddons({ config: addons(everything), mesh }).steps).includes(
        '"podMetadata":{"labels":{"istio.io/dataplane-mode":"ambient"}}',
      );
    assert.deepEqual([joins(sidecar), joins(ambient)], [false, true]);
  });

  it("draw dashboards that ask Prometheus by queries with closed brackets", () => {
    const { steps } = planAddons({ config: addons(everything), mesh: ambient });
    const texts = steps.flatMap((step) =>
      step.kind === "object" && step.object.kind === "ConfigMap"
        ? Object.values(step.object.data ?? {})
        : [],
    );
    assert.equal(texts.length, 3);
    for (const text of texts) {
      const { panels } = JSON.parse(text) as {
        readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
      };
      assert.ok(panels.length > 1);
      for (const { expr } of panels.flatMap(({ targets }) => targets)) {
        for (const [open, close] of ["()", "{}", "[]"]) {
          assert.equal(expr.split(open ?? "").length, expr.split(close ?? "").length, expr);
        }
      }
    }
  });
});

describe("charts of addons", () => {
  const located = (source: object) => {
    const { steps } = planAddons({
      config: addons({ ...everything, charts: source }),
      mesh: sidecar,
    });
    return steps.flatMap((step) =>
      step.kind === "chart" ? [[step.chart, step.repository, step.version]] : [],
    );
  };

  it("are pinned to exact versions", () => {
    for (const { version } of Object.values(charts)) assert.match(version, /^\d+\.\d+\.\d+$/);
  });

  it("come from their vendors, a mirror or a directory", () => {
    const { repository, version } = charts.tempo;
    assert.deepEqual(located({ source: "official" })[0], ["tempo", repository, version]);
    const oci = { source: "mirror", repository: "oci://mirror.example.net/charts" };
    assert.deepEqual(located(oci)[0], [
      "oci://mirror.example.net/charts/tempo",
      undefined,
      version,
    ]);
    const https = { source: "mirror", repository: "https://mirror.example.net/charts" };
    assert.deepEqual(located(https)[0], ["tempo", https.repository, version]);
    const directory = { source: "directory", path: "~/charts" };
    assert.deepEqual(located(directory)[0], ["~/charts/tempo", undefined, undefined]);
  });
});

describe("rules of addons", () => {
  const found = (raw: object): readonly string[] =>
    planAddons({ config: addons(raw), mesh: sidecar }).findings.map(
      ({ rule, at, value }) => `${rule} ${at} ${value}`,
    );
  const cases: [string, object, readonly string[]][] = [
    ["find nothing in the defaults", everything, []],
    [
      "keep retention below the volume",
      { prometheus: { volumeGiB: 50, retentionGiB: 43 } },
      ["retention-fills-volume prometheus.retentionGiB 43"],
    ],
    ["take 85 % of the volume", { prometheus: { volumeGiB: 50, retentionGiB: 42 } }, []],
    [
      "find a volume too small for any retention",
      { prometheus: { volumeGiB: 1 } },
      ["retention-fills-volume prometheus.retentionGiB 1"],
    ],
    [
      "find volumes without a limit",
      { storageClass: "local-path", prometheus: {} },
      ["volume-without-limit storageClass local-path"],
    ],
    [
      "find traces of every request",
      { tracing: { samplingPercent: 100 } },
      ["traces-most-requests tracing.samplingPercent 100"],
    ],
  ];
  for (const [title, raw, expected] of cases) {
    it(title, () => assert.deepEqual(found(raw), expected));
  }

  it("name the header by which proxies trace a request, whatever its share", () => {
    const raw = { tracing: { samplingPercent: 100 } };
    const [finding] = planAddons({ config: addons(raw), mesh: sidecar }).findings;
    assert.match(finding?.safe ?? "", /by the x-client-trace-id header$/);
  });

  it("can be accepted in writing, and say what is no longer needed", () => {
    const accepted = {
      rule: "traces-most-requests",
      at: "tracing.samplingPercent",
      reason: "load test of one day",
      by: "ops",
    };
    const other = { ...accepted, rule: "volume-without-limit" };
    const raw = { tracing: { samplingPercent: 100 }, accept: [accepted, other] };
    const plan = planAddons({ config: addons(raw), mesh: sidecar });
    assert.deepEqual(plan.findings, []);
    assert.deepEqual(
      plan.accepted.map(({ rule, by }) => [rule, by]),
      [["traces-most-requests", "ops"]],
    );
    assert.deepEqual(plan.unusedAcceptances, [other]);
  });
});

describe("configuration of addons", () => {
  const cases: [string, object, readonly string[]][] = [
    [
      "refuses Kiali without Prometheus",
      { kiali: {} },
      ["kiali: shows what Prometheus keeps; declare prometheus beside it"],
    ],
    [
      "refuses an open Kiali",
      { prometheus: {}, kiali: { auth: { strategy: "anonymous" } } },
      [
        "kiali.auth.strategy: expected strategy token or openid; anonymous would show the mesh to everybody",
      ],
    ],
    [
      "refuses an issuer without TLS",
      {
        prometheus: {},
        kiali: { auth: { strategy: "openid", issuer: "http://id.example.net", clientId: "kiali" } },
      },
      ["kiali.auth.issuer: Invalid URL"],
    ],
  ];
  for (const [title, raw, expected] of cases) {
    it(title, () => assert.deepEqual(problems(AddonsConfig, raw), expected));
  }
});

describe("addons of any configuration", () => {
  const maybe = <T extends object>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const size = fc.integer({ min: 1, max: 500 });
  const raw = fc.record({
    prometheus: maybe(fc.record({ volumeGiB: size, replicas: fc.integer({ min: 1, max: 3 }) })),
    grafana: maybe(fc.record({ volumeGiB: size })),
    kiali: maybe(fc.record({ viewOnly: fc.boolean() })),
    tracing: maybe(fc.record({ volumeGiB: size, retentionHours: size })),
  });

  it("wait only for earlier steps or the mesh, under names of their own", () => {
    fc.assert(
      fc.property(raw, fc.constantFrom(sidecar, ambient), (declared, mesh) => {
        const parsed = AddonsConfig.safeParse(declared);
        fc.pre(parsed.success);
        const names = new Set<string>();
        for (const { name, after } of planAddons({ config: parsed.data, mesh }).steps) {
          for (const one of after)
            assert.ok(names.has(one) || meshSteps.includes(one), `${name}: ${one}`);
          assert.ok(!names.has(name), name);
          names.add(name);
        }
      }),
    );
  });
});
