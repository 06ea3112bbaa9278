/** Decides how the volumes of a host come to be: one disk, one file system, one PersistentVolume each. */
import type { RenderedFile, ScriptStep } from "../steps/step";
import { readScripts } from "../text/asset";
import { sorted } from "../text/sorted";
import { renderUnit } from "../text/systemd";

export interface VolumePlan {
  readonly name: string;
  readonly device: string;
  readonly sizeGiB: number;
  /** What pods get: a folder that exists only while its disk is mounted. */
  readonly path: string;
}

/** What a source of hosts says of one volume. */
export type DeclaredVolume = Pick<VolumePlan, "device" | "sizeGiB">;

/** Sorted by name: the order in which they were declared means nothing. */
export function planVolumes(
  declared: Readonly<Record<string, DeclaredVolume>>,
): readonly VolumePlan[] {
  return sorted(declared).map(([name, { device, sizeGiB }]) => ({
    name,
    device,
    sizeGiB,
    path: `/var/lib/nordmesh-volumes/${name}/data`,
  }));
}

/** What the checks before any change need to look at the disks; nothing where there are none. */
export function volumeChecks(volumes: readonly VolumePlan[]): {
  readonly scripts: readonly string[];
  readonly files: ScriptStep["files"];
} {
  if (volumes.length === 0) return { scripts: [], files: {} };
  return { scripts: ["host/disks"], files: { VOLUMES: rowsOf(volumes) } };
}

/** Undefined where there are none. */
export function volumesStep(args: {
  readonly host: string;
  readonly resource: string;
  readonly clusterId: string;
  readonly volumes: readonly VolumePlan[];
  readonly after: readonly string[];
}): ScriptStep | undefined {
  const { host, resource, clusterId, volumes, after } = args;
  if (volumes.length === 0) return undefined;
  return {
    kind: "script",
    name: `${resource}-volumes`,
    host,
    title: "make and mount the volumes",
    after,
    scripts: ["steps/common", "host/disks", "host/volumes"],
    files: {
      MOUNT_UNIT: { name: "volumes.service", content: renderMountUnit() },
      VOLUMES: rowsOf(volumes),
    },
    values: {
      HOST: host,
      CLUSTER_ID: clusterId,
      MOUNT_SCRIPT: readScripts(`${__dirname}/scripts`, ["mount-volumes"]),
    },
    inputs: { CLUSTER_UID: "plain" },
    removes: true,
    timeoutSeconds: 1800,
  };
}

function rowsOf(volumes: readonly VolumePlan[]): RenderedFile {
  const rows = volumes.map(({ name, device, sizeGiB }) => `${name} ${device} ${sizeGiB}`);
  return { name: "volumes.txt", content: rows.join("\n") };
}

/** A missing disk holds no boot up: it is looked for again and again, while the kubelet begins. */
function renderMountUnit(): string {
  return renderUnit({
    Unit: {
      Description: "Local volumes for pods",
      After: "local-fs.target",
      Before: "kubelet.service",
      StartLimitIntervalSec: "0",
    },
    Service: {
      Type: "oneshot",
      RemainAfterExit: "yes",
      ExecStart: "/usr/local/sbin/nordmesh-mount-volumes",
      Restart: "on-failure",
      RestartSec: "15",
    },
    Install: { WantedBy: "multi-user.target" },
  });
}
