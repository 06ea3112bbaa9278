/** What an environment says about the class of its local volumes. */
import * as z from "zod";
import { AcceptedFinding } from "../findings/accepted";

const label = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "expected a DNS label in lower case");

const classFields = {
  className: label.default("local").describe("Name of the StorageClass."),
  defaultClass: z
    .boolean()
    .default(true)
    .describe(
      "True: it is the cluster's default class, which claims without a storageClassName use.",
    ),
  accept: z.array(AcceptedFinding).default([]).describe("Findings accepted in writing."),
};

/** For the volumes that hosts declare. */
export const StorageConfig = z.strictObject(classFields);
export type StorageConfig = z.output<typeof StorageConfig>;

const NodeVolume = z.strictObject({
  path: z
    .string()
    .regex(/^(\/[\w.+-]+)+$/, "expected an absolute path")
    .describe(
      "Directory on the node; `sizeGiB` is enforced only if it is a file system of its own.",
    ),
  sizeGiB: z.number().int().min(1).max(65536).describe("Capacity of the PersistentVolume, in GiB."),
});

/** For volumes of nodes that something else mounts. */
export const LocalStorageConfig = z.strictObject({
  ...classFields,
  volumes: z
    .record(label, z.record(label, NodeVolume))
    .optional()
    .describe(
      "Volumes by node and permanent name; by default, those that the hosts of `cluster` declare.",
    ),
});
export type LocalStorageConfig = z.output<typeof LocalStorageConfig>;
