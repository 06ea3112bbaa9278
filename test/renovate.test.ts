import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { charts } from "../components/addons/charts";
import { newestLinkerd } from "../components/linkerd/versions";
import { istioLines, newestIstio } from "../components/mesh/versions";
import { FLANNEL_CNI_RELEASE, ISTIO_RELEASE, TOOL_GROUPS } from "../lab/toolchain/table";
import { WHEELS } from "../lab/toolchain/wheels";
import { releases } from "../components/releases/releases";
import { root } from "./support/fixtures";

interface Manager {
  readonly description: string;
  readonly managerFilePatterns: readonly string[];
  readonly matchStringsStrategy?: "recursive";
  readonly matchStrings: readonly string[];
  readonly depNameTemplate?: string;
  readonly currentValueTemplate?: string;
  readonly datasourceTemplate?: string;
  readonly registryUrlTemplate?: string;
  readonly autoReplaceStringTemplate?: string;
}

interface Rule {
  readonly groupName?: string;
  readonly matchPackageNames?: readonly string[];
  readonly matchFileNames?: readonly string[];
  readonly matchDepTypes?: readonly string[];
}

/** One place that a manager found. */
interface Pin {
  readonly name: string;
  readonly version: string;
  readonly datasource: string | undefined;
  readonly digest: string | undefined;
  readonly registryUrl: string | undefined;
  readonly text: string;
  readonly template: string | undefined;
}

type Groups = Readonly<Record<string, string>>;

const { customManagers, packageRules, ignorePaths } = JSON.parse(
  readFileSync(join(root, "renovate.json"), "utf8"),
) as {
  readonly customManagers: readonly Manager[];
  readonly packageRules: readonly Rule[];
  readonly ignorePaths: readonly string[];
};

const newest = JSON.parse(readFileSync(join(root, "test", "newest.json"), "utf8")) as {
  readonly sdks: Groups;
  readonly programs: readonly string[];
};

const files = [
  "components/addons/charts.ts",
  "components/mesh/versions.ts",
  "components/linkerd/versions.ts",
  "lab/toolchain/table.ts",
  "lab/toolchain/service-groups.ts",
  "lab/toolchain/wheels.ts",
  "components/releases/releases.ts",
  "test/newest.json",
];

describe("renovate.json", () => {
  it("finds the newest release set's versions, and the digests of what GitHub publishes", () => {
    const [set] = Object.values(releases);
    assert.ok(set);
    const vendors = set.files.flatMap(({ version, url, sha256 }) => {
      const [, name] = /^https:\/\/github\.com\/([^/]+\/[^/]+)\//.exec(url) ?? [];
      return name === undefined ? [] : [`${name} v${version} ${sha256}`];
    });
    const networks = [...Object.values(set.flannel), ...Object.values(set.cilium)];
    const images = networks.map((image) => image.replace(/:(?=v)/, " "));
    const kubernetes = `kubernetes/kubernetes ${set.kubernetes}`;
    assert.equal(vendors.length, 3);
    assert.deepEqual(
      found("components/releases/releases.ts"),
      [kubernetes, kubernetes, ...vendors, ...images].sort(),
    );
  });

  it("takes the first release set of the file only, where the older ones stay behind it", () => {
    const file = "components/releases/releases.ts";
    const text = read(file);
    const [first = ""] = /const release\w+: ReleaseSet = [\s\S]*?\n\};\n/.exec(text) ?? [];
    assert.match(first, /flannel/);
    assert.deepEqual(found(file, text.replace(first, first + first)), found(file));
  });

  it("finds the Istio that is installed by default, its lines and their Gateway API", () => {
    const lines = Object.entries(istioLines).flatMap(([line, { oldestPatch, gatewayApi }]) => [
      `istio/istio ${line}.${oldestPatch}`,
      `kubernetes-sigs/gateway-api ${gatewayApi}`,
    ]);
    assert.deepEqual(
      found("components/mesh/versions.ts"),
      [`istio/istio ${newestIstio}`, ...lines].sort(),
    );
  });

  it("finds the Linkerd that is installed by default", () => {
    assert.deepEqual(found("components/linkerd/versions.ts"), [
      `linkerd/linkerd2 ${newestLinkerd}`,
    ]);
  });

  it("finds every chart in its own repository", () => {
    const pins = pinsOf("components/addons/charts.ts");
    assert.deepEqual(
      pins.map(({ name, version, registryUrl }) => `${name} ${version} ${registryUrl}`).sort(),
      Object.entries(charts)
        .map(([name, { version, repository }]) => `${name} ${version} ${repository}`)
        .sort(),
    );
  });

  it("finds what the lab builds, except what kubeadm or a chart chooses and what no release tag has", () => {
    const ofChart = ["frr-k8s", "prometheus", "prometheus-operator", "kube-state-metrics"];
    const followers = ["etcd", "coredns", "flannel-cni", "istio", ...ofChart];
    const groups = TOOL_GROUPS.filter(({ name }) => !followers.includes(name));
    assert.deepEqual(
      ["table", "service-groups", "wheels"]
        .flatMap((file) => found(`lab/toolchain/${file}.ts`))
        .sort(),
      [
        ...groups.map(({ module, version }) => `${module} ${version}`),
        ...WHEELS.map(({ project, version }) => `${project} ${version}`),
        `istio/istio ${ISTIO_RELEASE}`,
        `ghcr.io/flannel-io/flannel-cni-plugin ${FLANNEL_CNI_RELEASE}`,
      ].sort(),
    );
  });

  it("finds the newer end of what the tests run with", () => {
    const sdks = Object.entries(newest.sdks).map(([name, version]) => `${name} ${version}`);
    const programs = newest.programs.map((program) => program.replace("@", " "));
    assert.deepEqual(found("test/newest.json"), [...sdks, ...programs].sort());
  });

  it("knows where each of them is published", () => {
    const nowhere = files.flatMap((file) => pinsOf(file)).filter((pin) => !pin.datasource);
    assert.deepEqual(nowhere, []);
  });

  it("writes, of what it found, the same text again where the version is the same", () => {
    const templated = files.flatMap((file) => pinsOf(file)).filter(({ template }) => template);
    assert.equal(templated.length, 5);
    for (const pin of templated) {
      const [newMajor = "", newMinor = "", newPatch = ""] = pin.version.split(".");
      const { version: newValue, digest: newDigest = "" } = pin;
      assert.equal(
        render(pin.template ?? "", { newValue, newDigest, newMajor, newMinor, newPatch }),
        pin.text,
      );
    }
  });

  it("has a pattern for each of these files and no pattern that matches nothing", () => {
    const idle = customManagers.filter((manager) =>
      files.every((file) => applied(manager, file, read(file)).length === 0),
    );
    assert.deepEqual(idle, []);
  });

  it("looks into test/, which config:recommended leaves out", () => {
    assert.deepEqual(ignorePaths, ["**/node_modules/**"]);
  });

  it("puts each of them into one of four groups", () => {
    const names = files.flatMap((file) =>
      pinsOf(file).map(({ name }) => `${groupOf(name, file) ?? "none"}: ${name}`),
    );
    const groups = new Set(names.map((line) => line.replace(/:.*/, "")));
    assert.deepEqual([...groups].sort(), ["Pulumi SDKs", "dev tools", "mesh", "release set"]);
    assert.equal(
      groupOf("kubernetes/kubernetes", "components/releases/releases.ts"),
      "release set",
    );
    assert.equal(groupOf("istio/istio", "lab/toolchain/table.ts"), "mesh");
    assert.equal(groupOf("@pulumi/pulumi", "package.json"), "Pulumi SDKs");
    assert.equal(groupOf("k8s.io/api", "lab/toolchain/go/kubernetes/go.mod"), "release set");
  });
});

function found(file: string, text = read(file)): readonly string[] {
  return pinsOf(file, text)
    .map(({ name, version, digest }) => [name, version, ...(digest ? [digest] : [])].join(" "))
    .sort();
}

function pinsOf(file: string, text = read(file)): readonly Pin[] {
  return customManagers.flatMap((manager) => applied(manager, file, text));
}

/** What Renovate's regex manager does with one file. */
function applied(manager: Manager, file: string, text: string): readonly Pin[] {
  if (!manager.managerFilePatterns.some((one) => new RegExp(one.slice(1, -1)).test(file)))
    return [];
  const { matchStrings, matchStringsStrategy } = manager;
  const matches =
    matchStringsStrategy === "recursive"
      ? within(matchStrings, { text, groups: {} })
      : matchStrings.flatMap((pattern) => within([pattern], { text, groups: {} }));
  return matches.map(({ groups, text: matched }) => ({
    name: manager.depNameTemplate ?? groups["depName"] ?? "",
    version: render(manager.currentValueTemplate ?? "{{{currentValue}}}", groups),
    datasource: manager.datasourceTemplate ?? groups["datasource"],
    digest: groups["currentDigest"],
    registryUrl: manager.registryUrlTemplate ?? groups["registryUrl"],
    text: matched,
    template: manager.autoReplaceStringTemplate,
  }));
}

interface Match {
  readonly text: string;
  readonly groups: Groups;
}

function within([pattern, ...deeper]: readonly string[], { text, groups }: Match): Match[] {
  if (pattern === undefined) return [{ text, groups }];
  return [...text.matchAll(new RegExp(pattern, "g"))].flatMap((match) =>
    within(deeper, { text: match[0], groups: { ...groups, ...match.groups } }),
  );
}

/** Handlebars with the helper `replace`, as far as the templates use them. */
function render(template: string, values: Groups): string {
  return template
    .replace(/\{\{\{replace '([^']+)' '([^']*)' (\w+)\}\}\}/g, (_, from: string, to: string, key) =>
      (values[key as string] ?? "").replace(new RegExp(from), to),
    )
    .replace(/\{\{\{(\w+)\}\}\}/g, (_, key: string) => values[key] ?? "");
}

/** The last rule that names it, as in Renovate. */
function groupOf(name: string, file: string): string | undefined {
  return packageRules
    .filter(({ groupName, matchDepTypes }) => groupName && matchDepTypes === undefined)
    .filter(
      ({ matchPackageNames = ["**"], matchFileNames = ["**"] }) =>
        matchPackageNames.some((one) => globs(one, name)) &&
        matchFileNames.some((one) => globs(one, file)),
    )
    .at(-1)?.groupName;
}

function globs(pattern: string, name: string): boolean {
  return pattern.endsWith("**") ? name.startsWith(pattern.slice(0, -2)) : pattern === name;
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
