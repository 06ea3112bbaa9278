/** A mesh's roots of trust as plain data, and which edits of them a living mesh survives. */
import type { TrustConfig } from "./config";

export interface TrustPlan {
  /** What the names of its resources begin with. */
  readonly prefix: string;
  /** Organization in every subject: the environment. */
  readonly organization: string;
  /** Common name of the intermediate. */
  readonly issuer: string;
  /** In order of their names. */
  readonly roots: readonly string[];
  readonly signedBy: string;
}

/** What a state remembers of the last run; `roots` parted by commas. */
export interface DeclaredTrust {
  readonly roots: string;
  readonly signedBy: string;
}

/** Names by which steps ask for what a run makes of the roots. */
export const trustSecrets = {
  /** Every root, PEM. */
  roots: "trustRoots",
  /** The intermediate, PEM. */
  issuerCertificate: "trustIssuerCertificate",
  /** Its key, PEM. */
  issuerKey: "trustIssuerKey",
} as const;
export type TrustSecret = (typeof trustSecrets)[keyof typeof trustSecrets];

export function planTrust(
  config: TrustConfig,
  of: Pick<TrustPlan, "prefix" | "organization" | "issuer">,
): TrustPlan {
  return { ...of, roots: [...config.roots].sort(), signedBy: config.signedBy };
}

/** One line for each step that a rotation must not leave out; proxies learn a root before they meet its certificates. */
export function checkRotation(args: {
  readonly old: DeclaredTrust;
  readonly declared: DeclaredTrust;
  readonly path: string;
}): readonly string[] {
  const { old, declared, path } = args;
  const [before, now] = [old, declared].map(({ roots }) => roots.split(",")) as [
    string[],
    string[],
  ];
  const unknown =
    declared.signedBy !== old.signedBy && !before.includes(declared.signedBy)
      ? [
          `${path}.signedBy: ${declared.signedBy}, but no proxy knows this root yet, so each would refuse the others; ` +
            `leave ${old.signedBy} there and add ${declared.signedBy} to roots, run, then change signedBy`,
        ]
      : [];
  const inUse =
    declared.signedBy !== old.signedBy && !now.includes(old.signedBy)
      ? [
          `${path}.roots: without ${old.signedBy}, which signed until now, so proxies would refuse every workload that has not renewed; ` +
            `change signedBy, run, and remove ${old.signedBy} a day later`,
        ]
      : [];
  return [...unknown, ...inUse].map((line) => `${line}. Nothing was changed`);
}

export function declaredTrust({ roots, signedBy }: TrustPlan): DeclaredTrust {
  return { roots: roots.join(","), signedBy };
}
