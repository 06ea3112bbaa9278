/** Volumes and the class that claims get them by: neither is of use without the other. */
import type { HostConfig } from "../host/config";
import type { StorageConfig } from "../storage/config";

export function checkVolumes(config: {
  readonly storage?: StorageConfig | undefined;
  readonly hosts: Readonly<Record<string, HostConfig>>;
}): readonly {
  readonly path: readonly string[];
  readonly message: string;
  readonly input: unknown;
}[] {
  const { storage, hosts } = config;
  const withVolumes = Object.entries(hosts)
    .filter(([, { volumes }]) => Object.keys(volumes ?? {}).length > 0)
    .map(([host]) => host);
  if (storage !== undefined && withVolumes.length === 0) {
    const message = "no host declares a volume for it; add volumes to one, or remove the section";
    return [{ path: ["storage"], message, input: storage }];
  }
  if (storage !== undefined) return [];
  return withVolumes.map((host) => ({
    path: ["hosts", host, "volumes"],
    message: "no pod could claim them; declare storage: {} beside hosts",
    input: hosts[host]?.volumes,
  }));
}
