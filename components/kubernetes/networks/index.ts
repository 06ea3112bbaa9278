/** Every pod network by its name. */
import { flannel } from "./flannel";
import type { PodNetwork } from "./network";

export const networks = { flannel } as const satisfies Readonly<Record<string, PodNetwork>>;
export type NetworkName = keyof typeof networks;
export const networkNames = Object.keys(networks) as [NetworkName, ...NetworkName[]];
