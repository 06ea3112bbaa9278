/** What an environment says about the volumes of a host. */
import * as z from "zod";
import { refused } from "../config/refused";

const sizeGiB = z
  .number()
  .int()
  .min(1)
  .max(65536)
  .describe(
    "Size of the volume and its file system, in GiB; it can be increased later, but not decreased.",
  );

const VolumeName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "expected a DNS label in lower case");

/** On disks of the server. */
export const diskVolumes = z
  .record(
    VolumeName,
    z.strictObject({
      device: z
        .string()
        .regex(
          /^\/dev\/[\w./:+-]+$/,
          "expected a path below /dev, best of /dev/disk/by-id, whose names stay",
        )
        .describe(
          "Path of a disk, partition or logical volume that is blank or already holds this volume, best below /dev/disk/by-id.",
        ),
      sizeGiB,
    }),
  )
  .default({})
  .describe(
    "Local volumes for pods by permanent name, each on its own disk, partition or logical volume; needs `storage`.",
  );

/** In files of the computer that runs Pulumi. */
export const fileVolumes = z
  .record(VolumeName, z.strictObject({ sizeGiB }))
  .default({})
  .describe(
    "Local volumes for pods by permanent name, each in a sparse file that is deleted with the node; needs `storage`.",
  );

export const noVolumes = refused(
  "a machine of this source has its system disk alone; try volumes on source: container",
);
