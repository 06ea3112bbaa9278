import * as assert from "node:assert/strict";
import { parseManifests } from "../../lab/providers/kubernetes/manifests";

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
});
