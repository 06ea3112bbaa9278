/** Every source of hosts by its name. */
import * as z from "zod";
import { container } from "./container";
import { existing } from "./existing";
import { libvirt } from "./libvirt";
import { local } from "./local";
import type { MachineSource } from "./source";

const sources = { existing, local, container, libvirt } as const;

/** One host, by the source it comes from. */
export const HostConfig = z.discriminatedUnion("source", [
  sources.existing.schema,
  sources.local.schema,
  sources.container.schema,
  sources.libvirt.schema,
]);
export type HostConfig = z.output<typeof HostConfig>;

/** What the source of a host tells about it. */
export function sourceOf({ source }: Pick<HostConfig, "source">): MachineSource<HostConfig> {
  // Each source takes hosts of its own kind alone, which is what its name says.
  return sources[source];
}

export { containerNetwork, containerScripts } from "./container";
export { localIdentity, localScripts } from "./local";
export type * from "./source";
