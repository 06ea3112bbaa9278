/** What would fill a disk, whichever addon's it is. */
import type { Finding } from "../findings/finding";
import type { AddonsConfig } from "./config";

export function storageFindings({ storageClass }: AddonsConfig): readonly Finding[] {
  if (storageClass === undefined || !/local-path|hostpath/.test(storageClass)) return [];
  return [
    {
      rule: "volume-without-limit",
      at: "storageClass",
      value: storageClass,
      consequence:
        "enforces no size: what outgrows it fills the node's disk, and the kubelet evicts pods",
      safe: "use a class of logical volumes such as TopoLVM's, on a disk of its own",
    },
  ];
}
