/** Releases of Linkerd that this release of nordmesh knows how to tell what it wants. */

/** The oldest that serves TLSRoutes of the definitions its own chart brings; read in the source of August 2026. */
const oldest = "edge-26.8.4";

export const newestLinkerd = "edge-26.8.4";

/** `kubeVersion` of the charts, and the newest that its own tests run on: bin/_test-helpers.sh, August 2026. */
export const testedKubernetes = { from: "1.31", to: "1.36" } as const;

const pattern = /^edge-(\d\d)\.(\d{1,2})\.(\d+)$/;

/** Undefined where `version` can be installed; else what is wrong with it. */
export function versionProblem(version: string): string | undefined {
  const parts = partsOf(version);
  if (parts === undefined) {
    return /^(stable|enterprise)-/.test(version)
      ? `the Linkerd project publishes edge releases alone since 2024; choose ${newestLinkerd}`
      : `expected an edge release such as ${newestLinkerd}`;
  }
  const needed = partsOf(oldest) ?? [];
  const different = needed.findIndex((part, index) => part !== parts[index]);
  if (different === -1 || (parts[different] ?? 0) > (needed[different] ?? 0)) return undefined;
  return `${version} does not serve every route that is planned here; choose ${oldest} or newer`;
}

/** `2026.8.4` of `edge-26.8.4`: bin/compute-edge-version. `version` must have passed versionProblem. */
export function chartVersion(version: string): string {
  const [year, month, number] = partsOf(version) ?? [];
  if (year === undefined || month === undefined || number === undefined) {
    throw new Error(`${version} is no edge release`);
  }
  return `${2000 + year}.${month}.${number}`;
}

function partsOf(version: string): readonly number[] | undefined {
  return pattern.exec(version)?.slice(1).map(Number);
}
