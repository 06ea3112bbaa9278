import * as assert from "node:assert/strict";
import { inOrder, parseManifests } from "../stand-ins/kubernetes/manifests";

describe("manifests of a chart", () => {
  // Istio's gateway chart does so in its NetworkPolicy.
  it("may repeat a key: the last one counts, as with the official provider", () => {
    const text = [
      "apiVersion: v1",
      "kind: ConfigMap",
      "metadata:",
      "  name: gateway",
      "  labels:",
      "    app: first",
      "    app: last",
    ].join("\n");
    assert.deepEqual(parseManifests(text)[0]?.metadata.labels, { app: "last" });
  });

  const annotated = (reference: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: istiod
  namespace: istio-system
  annotations: { config.kubernetes.io/depends-on: "${reference}" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: injector, namespace: istio-system }
`;

  it("come after what their annotation names", () => {
    const text = annotated("/namespaces/istio-system/ConfigMap/injector");
    const ordered = inOrder(parseManifests(text));
    assert.deepEqual(
      ordered.map(({ object, needs }) => [object.kind, needs.map(({ kind }) => kind)]),
      [
        ["ConfigMap", []],
        ["Deployment", ["ConfigMap"]],
      ],
    );
  });

  it("are refused where the annotation names something else, as by the official provider", () => {
    const text = annotated("/namespaces/istio-system/ConfigMap/missing");
    assert.throws(
      () => inOrder(parseManifests(text)),
      /ConfigMap\/missing is named twice or is no/,
    );
  });
});
