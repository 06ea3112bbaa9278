import * as assert from "node:assert/strict";
import { environmentNames } from "../stacks/environment";
import { sources, type Source } from "./support/sources";

/** Files of the product that may know Pulumi; the rest is plain data and text. */
const pulumiEdges = [
  /^index\.ts$/,
  /^stacks\/load\.ts$/,
  /^components\/steps\/(ssh|hook|objects|provider|target|webhooks|late-addresses|keyless)\.ts$/,
  /^components\/findings\/warn\.ts$/,
  /^components\/host\/(host|host-args|late-hosts)\.ts$/,
  /^components\/kubernetes\/(cluster|cluster-hosts|cluster-steps|constants)\.ts$/,
  /^components\/mesh\/(istio|mesh-policies)\.ts$/,
  /^components\/linkerd\/linkerd\.ts$/,
  /^components\/trust\/keep(-server)?\.ts$/,
  /^components\/addons\/(addons|load-balancer)\.ts$/,
  /^components\/storage\/local-storage\.ts$/,
  /^components\/environment\/environment\.ts$/,
  // What other languages use knows the published package, not its sources.
  /^package\/[\w-]+\.ts$/,
  // Their types alone: a value of another resource is an Input.
  /^(components\/(host\/args|kubernetes\/cluster-args|addons\/secrets-args)|package\/config\/(host|secrets))\.ts$/,
];

describe("the architecture", () => {
  it("finds imports at all", () => {
    assert.ok(sources.length > 40);
    assert.ok(sources.find((one) => one.file === "index.ts")?.imports.includes("stacks/load"));
  });

  it("lets only the named edges know Pulumi", () => {
    const found = product().filter(
      ({ file, imports }) =>
        imports.some((name) => name.startsWith("@pulumi/")) &&
        !pulumiEdges.some((edge) => edge.test(file)),
    );
    assert.deepEqual(names(found), []);
  });

  it("lets only components/steps run commands", () => {
    const found = product().filter(
      ({ file, imports }) =>
        imports.includes("@pulumi/command") && !file.startsWith("components/steps/"),
    );
    assert.deepEqual(names(found), []);
  });

  it("lets only components/steps put things into a cluster", () => {
    const found = product().filter(
      ({ file, imports }) =>
        imports.some((name) => name.startsWith("@pulumi/kubernetes")) &&
        !file.startsWith("components/steps/"),
    );
    assert.deepEqual(names(found), []);
  });

  it("points one way: stacks, then slices, then steps and text", () => {
    const foundation = ["components/text", "components/config", "components/findings"];
    const everything = [
      ...foundation,
      "components/steps",
      "components/releases",
      "components/host",
      "components/kubernetes",
      "components/trust",
      "components/mesh",
      "components/linkerd",
      "components/addons",
      "components/storage",
      "components/environment",
      "components/verify",
    ];
    const inCluster = [...foundation, "components/steps"];
    const allowed: Readonly<Record<string, readonly string[]>> = {
      "components/text": [],
      "components/config": ["components/text"],
      "components/findings": [],
      "components/releases": [],
      "components/steps": foundation,
      "components/host": [...inCluster, "components/releases"],
      "components/kubernetes": [...inCluster, "components/releases", "components/host"],
      "components/trust": [],
      "components/mesh": [...inCluster, "components/trust"],
      // What both meshes have is spelt as Istio's section spells it.
      "components/linkerd": [...inCluster, "components/trust", "components/mesh"],
      "components/addons": inCluster,
      "components/storage": inCluster,
      "components/environment": everything.filter((area) => area !== "components/verify"),
      "components/verify": ["components/text", "components/mesh"],
      "components/index.ts": everything,
      stacks: everything,
      package: [],
      "index.ts": ["components/environment", "stacks"],
    };
    const wrong = product().flatMap(({ file, imports }) => {
      const own = areaOf(file);
      const known = [own, ...(allowed[own] ?? [])];
      return imports
        .filter((name) => /^(components|stacks|lab|test)\b/.test(name))
        .filter((name) => !known.includes(areaOf(name)))
        .map((name) => `${file} imports ${name}`);
    });
    assert.deepEqual(wrong, []);
  });

  it("keeps the frozen stand-ins and the lab's tests to the lab", () => {
    const found = sources.filter(
      ({ file, imports }) =>
        !file.startsWith("lab/") && imports.some((name) => /^lab\/(stand-ins|test)\b/.test(name)),
    );
    assert.deepEqual(names(found), []);
  });

  it("gives other languages what is published, by its name", () => {
    const found = sources.filter(({ file }) => file.startsWith("package/"));
    const names = [...new Set(found.flatMap(({ imports }) => imports))].filter(
      (name) => !/^(package\/|node:|@pulumi\/pulumi\b)/.test(name),
    );
    assert.deepEqual(names, ["nordmesh"]);
  });

  it("keeps the shell text of a component out of its siblings' TypeScript", () => {
    const found = product().filter(({ text }) => /`[^`]*\bset -e/.test(text));
    assert.deepEqual(names(found), []);
  });

  it("names environments in files alone; what npm start chooses from stands in one place", () => {
    const declared = environmentNames().join("|");
    const literal = new RegExp(`["'\`](${declared})(-[\\w-]*)?["'\`]`);
    const found = sources.filter(
      ({ file, text }) => !/^(lab\/)?test\//.test(file) && literal.test(withoutComments(text)),
    );
    assert.deepEqual(names(found), ["lab/engine/state-dir.ts"]);
  });

  it("keeps every file under 300 lines", () => {
    const long = sources.filter(({ text }) => text.split("\n").length > 300);
    assert.deepEqual(names(long), []);
  });

  it("has no `any`", () => {
    // Pulumi's analyzer knows no other type for what may be anything.
    const found = sources.filter(
      ({ file, text }) =>
        !file.startsWith("package/config/") && /(:|<|\bas) any\b/.test(withoutStrings(text)),
    );
    assert.deepEqual(names(found), []);
  });

  it("has no drawers for leftovers", () => {
    const found = sources.filter(({ file }) =>
      /(^|\/)(utils?|helpers?|types|common)(\.ts$|\/)/.test(file),
    );
    assert.deepEqual(names(found), []);
  });
});

function product(): readonly Source[] {
  return sources.filter(({ file }) => !/^(lab|test)\//.test(file));
}

function names(found: readonly Source[]): readonly string[] {
  return found.map((source) => source.file);
}

function areaOf(file: string): string {
  const [top = "", slice = ""] = file.split("/");
  return top === "components" ? `${top}/${slice}` : top;
}

/** Examples in docstrings name environments. */
function withoutComments(text: string): string {
  return text.replace(/\/\*\*[\s\S]*?\*\//g, "");
}

function withoutStrings(text: string): string {
  return text.replace(/"(\\.|[^"\\\n])*"|`[^`]*`|\/\/.*|\/\*[\s\S]*?\*\//g, "");
}
