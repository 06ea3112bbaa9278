/** Volumes of the addons. */
import * as z from "zod";
import type { AddonsConfig } from "./config";

export const volumeGiB = (text: string, fallback: number) =>
  z.number().int().min(1).max(65536).default(fallback).describe(text);

/** Its class where the environment declares one. */
export function classOf({ storageClass }: Pick<AddonsConfig, "storageClass">) {
  return storageClass !== undefined && { storageClassName: storageClass };
}
