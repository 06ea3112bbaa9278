import * as assert from "node:assert/strict";
import { checkControlPlane } from "../../components/verify/check-control-plane";
import type { ObservedMesh } from "../../components/verify/observed";
import { expectedMesh, lines, observedMesh, read, service, unread } from "./fixtures";

function found(overrides: Partial<ObservedMesh>, id: string): readonly string[] {
  const checks = checkControlPlane(expectedMesh(), observedMesh(overrides));
  return lines(checks.filter((one) => one.id === id));
}

const istiod = {
  namespace: "istio-system",
  name: "istiod-1-31-1",
  labels: { app: "istiod", "istio.io/rev": "1-31-1" },
  replicas: 2,
  ready: 2,
  images: ["docker.io/istio/pilot:1.31.1-distroless"],
};

describe("verify: control plane", () => {
  const cases: [string, Partial<ObservedMesh>, readonly string[]][] = [
    [
      "passes at its version",
      { deployments: read([istiod]) },
      ["pass istiod 1-31-1: 2 of 2 replicas ready at 1.31.1"],
    ],
    [
      "fails without a ready replica",
      { deployments: read([{ ...istiod, ready: 0 }]) },
      ["fail istiod 1-31-1: 0 of 2 replicas ready at 1.31.1"],
    ],
    [
      "warns while one is missing",
      { deployments: read([{ ...istiod, ready: 1 }]) },
      ["warn istiod 1-31-1: 1 of 2 replicas ready at 1.31.1"],
    ],
    [
      "fails at another version",
      { deployments: read([{ ...istiod, images: ["docker.io/istio/pilot:1.30.3"] }]) },
      ["fail istiod 1-31-1: runs 1.30.3, declared is 1.31.1"],
    ],
    [
      "fails at a version nobody can tell",
      { deployments: read([{ ...istiod, images: [] }]) },
      ["fail istiod 1-31-1: runs an unknown version, declared is 1.31.1"],
    ],
    [
      "fails if the revision is absent",
      { deployments: read([]) },
      ["fail istiod 1-31-1: no istiod has istio.io/rev=1-31-1"],
    ],
    [
      "fails if it could not be read",
      { deployments: unread },
      ["fail istio-system: not read: forbidden"],
    ],
  ];
  for (const [title, overrides, expected] of cases) {
    it(title, () => assert.deepEqual(found(overrides, "control-plane"), expected));
  }
});

describe("verify: webhooks", () => {
  const name = "istio-sidecar-injector/a.istio.io";
  const target = { namespace: "istio-system", name: "istiod-1-31-1" };
  const hook = { name, hasCaBundle: true, service: target };
  const cases: [string, Partial<ObservedMesh>, readonly string[]][] = [
    [
      "pass with a CA and a live service",
      { webhooks: read([hook]) },
      ["pass istio-sidecar-injector: 1 webhook with a CA and a live service"],
    ],
    [
      "fail without a CA",
      { webhooks: read([hook, { ...hook, hasCaBundle: false }]) },
      ["fail istio-sidecar-injector: caBundle is empty, so the API server trusts no answer"],
    ],
    [
      "fail without their service",
      { webhooks: read([hook]), services: read([]) },
      ["fail istio-sidecar-injector: its service istio-system/istiod-1-31-1 does not exist"],
    ],
    [
      "fail on a service without endpoints",
      { webhooks: read([hook]), services: read([service({ ...target, endpoints: 0 })]) },
      ["fail istio-sidecar-injector: its service istio-system/istiod-1-31-1 has no ready endpoint"],
    ],
    [
      "of others are none of our business, but some must exist",
      { webhooks: read([{ ...hook, name: "cert-manager/x" }]) },
      ["fail istio: no webhook configuration of Istio exists"],
    ],
  ];
  for (const [title, overrides, expected] of cases) {
    it(title, () => assert.deepEqual(found(overrides, "webhooks"), expected));
  }
});

describe("verify: CRDs", () => {
  it("fails with the names that are missing", () => {
    const crds = read(["virtualservices.networking.istio.io"]);
    assert.match(
      found({ crds }, "crds").join(),
      /^fail istio.io: missing or not established: auth/,
    );
  });
});
