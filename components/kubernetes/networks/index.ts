/** Every pod network by its name. */
import { cilium } from "./cilium";
import { flannel } from "./flannel";
import type { PodNetwork } from "./network";

export const networks = { flannel, cilium } as const satisfies Readonly<Record<string, PodNetwork>>;
export type NetworkName = keyof typeof networks;
export const networkNames = Object.keys(networks) as [NetworkName, ...NetworkName[]];
