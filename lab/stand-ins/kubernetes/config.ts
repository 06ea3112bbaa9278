import { difference } from "../diff";
import { equal, isUnknown, plain, type PropertyMap, scalarText } from "../values";
import { ApiClient } from "./api";
import { Discovery } from "./discovery";
import { parseKubeconfig } from "./kubeconfig";
import type { Session } from "./resource";

/** Opens the session of a provider resource's configuration. Throws when its kubeconfig is bad. */
export function openSession(config: PropertyMap): Session {
  const { kubeconfig, namespace, enablePatchForce, upsertExistingObjects } = plain(
    config,
  ) as PropertyMap;
  if (typeof kubeconfig !== "string" || kubeconfig === "") {
    throw new Error("kubernetes provider: kubeconfig is required by the lab provider");
  }
  const connection = parseKubeconfig(kubeconfig);
  const api = new ApiClient(connection);
  return {
    api,
    discovery: new Discovery(api),
    namespace: typeof namespace === "string" ? namespace : connection.namespace,
    force: isTrue(enablePatchForce),
    upsert: isTrue(upsertExistingObjects),
  };
}

/** The client library sends booleans as text. */
function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

/**
 * What differs between two configurations and whether that is another cluster: then every
 * resource is replaced. An unchanged `clusterIdentifier` says that it is the same one.
 */
export function diffConfig(change: { old: PropertyMap; new: PropertyMap }): {
  readonly diffs: readonly string[];
  readonly replaces: readonly string[];
} {
  const paths = [...difference(change).keys()];
  const before = change.old["clusterIdentifier"];
  const after = change.new["clusterIdentifier"];
  if (before !== undefined && after !== undefined) {
    return { diffs: paths, replaces: equal(before, after) ? [] : ["clusterIdentifier"] };
  }
  const other = paths.includes("kubeconfig") && isOtherCluster(change);
  return { diffs: paths, replaces: other ? ["kubeconfig"] : [] };
}

function isOtherCluster(change: { old: PropertyMap; new: PropertyMap }): boolean {
  const next = change.new["kubeconfig"];
  if (isUnknown(next)) return true;
  const servers = [change.old["kubeconfig"], next].map(
    (text) => parseKubeconfig(scalarText(plain(text ?? ""))).server.href,
  );
  return servers[0] !== servers[1];
}
