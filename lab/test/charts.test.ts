import * as assert from "node:assert/strict";
import { joinDocuments, releaseChart, releaseValues } from "../charts/release";

const RELEASE = { hub: "docker.io/istio", tag: "1.31.1" };

describe("charts of the lab", () => {
  it("carry the release's version instead of the development one", () => {
    const text = "name: base\nversion: 1.0.0\nappVersion: 1.0.0\nkeywords:\n  - istio\n";
    assert.equal(
      releaseChart({ text, version: "1.31.1" }),
      "name: base\nversion: 1.31.1\nappVersion: 1.31.1\nkeywords:\n  - istio\n",
    );
  });

  it("are refused when the development version is not where it was", () => {
    assert.throws(
      () => releaseChart({ text: "version: 1.2.0\nappVersion: 1.0.0\n", version: "1.31.1" }),
      /does not hold the development version/,
    );
  });

  it("name the release's images at any depth and leave empty overrides empty", () => {
    const text = [
      "_internal_defaults_do_not_set:",
      '  hub: ""',
      "  global:",
      "    hub: registry.istio.io/testing",
      "    # Default tag",
      "    tag: latest",
      "",
    ].join("\n");
    assert.equal(
      releaseValues({ text, ...RELEASE }),
      text.replace("registry.istio.io/testing", RELEASE.hub).replace("latest", RELEASE.tag),
    );
  });

  it("are refused when they name images that are not known", () => {
    const text = "global:\n  hub: gcr.io/istio-testing\n";
    assert.throws(() => releaseValues({ text, ...RELEASE }), /not known: hub: gcr.io/);
  });

  it("keep texts without a separator or a last line break apart in one stream", () => {
    assert.equal(joinDocuments(["kind: A", "---\nkind: B\n"]), "---\nkind: A\n---\nkind: B\n");
  });
});
