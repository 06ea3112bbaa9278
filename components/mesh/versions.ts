/** Istio lines this release of nordmesh knows, with what each needs around it. */

export interface IstioLine {
  /** Oldest patch that is offered; older ones lack fixes that istio.io announced. */
  readonly oldestPatch: number;
  readonly kubernetes: { readonly from: string; readonly to: string };
  /** Bundle the line was built with: sigs.k8s.io/gateway-api in go.mod of its release branch. */
  readonly gatewayApi: string;
}

/**
 * https://istio.io/latest/docs/releases/supported-releases/, read on 2026-11-21; fixes: the security
 * bulletins up to ISTIO-SECURITY-2026-006, Gateway API: the release branches, both on 2026-11-26.
 */
export const istioLines: Readonly<Record<string, IstioLine>> = {
  "1.31": { oldestPatch: 1, kubernetes: { from: "1.32", to: "1.36" }, gatewayApi: "1.6.0" },
  "1.30": { oldestPatch: 5, kubernetes: { from: "1.32", to: "1.36" }, gatewayApi: "1.5.1" },
};

export const newestIstio = "1.31.1";

const ended: Readonly<Record<string, string>> = {
  "1.29": "reaches its end of support in November 2026",
  "1.28": "ended on 2026-07-01",
  "1.27": "ended on 2026-04-07",
  "1.26": "ended on 2025-12-22",
  "1.25": "ended on 2025-09-30",
  "1.24": "ended in mid-2025",
};

/** Undefined where `version` can be installed; else what is wrong with it. */
export function versionProblem(version: string): string | undefined {
  const [, line = "", patch = ""] = /^(\d+\.\d+)\.(\d+)$/.exec(version) ?? [];
  const choices = `choose ${offered()}`;
  if (line === "") return `expected a version such as ${newestIstio}`;
  const known = istioLines[line];
  if (known === undefined) {
    const [major = 0, minor = 0] = line.split(".").map(Number);
    const old = major < 1 || (major === 1 && minor < 24);
    const reason = ended[line] ?? (old ? "ended years ago" : "is not known to this release");
    return `Istio ${line} ${reason}; ${choices}`;
  }
  if (Number(patch) >= known.oldestPatch) return undefined;
  return `Istio ${version} lacks fixes of ${line}.${known.oldestPatch}; ${choices}`;
}

/** `version` must have passed versionProblem. */
export function lineOf(version: string): IstioLine {
  const line = istioLines[version.replace(/\.\d+$/, "")];
  if (line === undefined) throw new Error(`unknown Istio version ${version}`);
  return line;
}

export function gatewayApiUrl(version: string): string {
  const bundle = lineOf(version).gatewayApi;
  return `https://github.com/kubernetes-sigs/gateway-api/releases/download/v${bundle}/standard-install.yaml`;
}

/** Newer of two versions x.y.z. */
export function newer(a: string, b: string): string {
  return compareVersions(a, b) >= 0 ? a : b;
}

/** Negative where `a` is older; missing parts count as 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function offered(): string {
  return Object.entries(istioLines)
    .map(([line, { oldestPatch }]) => `${line}.${oldestPatch}`)
    .join(" or ");
}
