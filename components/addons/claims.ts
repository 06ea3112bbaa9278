/** Whether what addons claim can be had of the local volumes that hosts declare. */
import type { Finding } from "../findings/finding";
import type { AddonsConfig } from "./config";

/** What pods of an addon ask for. */
export interface Claim {
  /** Path of its size below the section. */
  readonly at: string;
  readonly sizeGiB: number;
  /** How many of that size. */
  readonly count: number;
}

/** A class of volumes that nothing makes anew, and those it has. */
export interface AddonsStorage {
  readonly className: string;
  /** True where claims that name no class are of this one. */
  readonly defaultClass: boolean;
  readonly volumes: readonly {
    readonly node: string;
    readonly sizeGiB: number;
    /** True where the node takes any pod. */
    readonly open: boolean;
  }[];
}

export function claimFindings(args: {
  readonly config: Pick<AddonsConfig, "storageClass">;
  readonly claims: readonly Claim[];
  readonly storage: AddonsStorage | undefined;
}): readonly Finding[] {
  const { config, claims, storage } = args;
  if (storage === undefined) return [];
  const { className, defaultClass, volumes } = storage;
  const named = config.storageClass ?? (defaultClass ? className : undefined);
  if (named !== className) return [];
  const open = volumes.filter(({ open }) => open);
  const all = sum(claims);
  return claims.flatMap((claim): readonly Finding[] => {
    const { at, sizeGiB, count } = claim;
    const fitting = open.filter((volume) => volume.sizeGiB >= sizeGiB);
    // A larger claim fits only where this one would fit too; replicas keep apart.
    const needed = sum(claims.filter((other) => other.sizeGiB >= sizeGiB));
    const nodes = new Set(fitting.map(({ node }) => node)).size;
    const found = { at, value: String(sizeGiB) };
    if (fitting.length < needed || nodes < count) {
      return [
        {
          rule: "claim-without-volume",
          ...found,
          consequence: `GiB find no volume of class ${className}: ${needed} claims want that much or more, ${fitting.length} volumes on ${nodes} nodes that take pods have it; the pod never starts`,
          safe: "declare larger or further volumes on other hosts, or claim less",
        },
      ];
    }
    if (fitting.length >= all || claims.every((other) => other.sizeGiB >= sizeGiB)) return [];
    return [
      {
        rule: "volume-for-any-claim",
        ...found,
        consequence: `GiB may find the volumes of class ${className} that have as much taken by smaller claims, as a pod gets any volume that suffices on its node; then this pod never starts`,
        safe: `declare ${all} volumes of ${sizeGiB} GiB or more, one for each claim`,
      },
    ];
  });
}

function sum(claims: readonly Claim[]): number {
  return claims.reduce((count, claim) => count + claim.count, 0);
}
