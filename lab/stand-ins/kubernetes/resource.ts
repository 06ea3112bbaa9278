import * as crypto from "node:crypto";

import { difference, type Differences } from "../diff";
import type { Failure } from "../fields";
import type { RunContext } from "../kind";
import { IncompleteError } from "../rpc";
import {
  scalarText,
  isMap,
  isUnknown,
  plain,
  type PropertyMap,
  type PropertyValue,
} from "../values";
import { ApiError, UnreachableError, type ApiClient } from "./api";
import { NoMatchError, type Discovery } from "./discovery";
import { deletesBeforeReplace, replacingPaths } from "./immutable";
import * as objects from "./object";
import { FIELD_MANAGER, INPUTS, type KubeObject } from "./object";
import { pruneToInputs, secretLike, withoutNulls, withoutReadOnly } from "./prune";
import { createUntilServed, explainConflict, missing } from "./retry";
import { stateOf } from "./state";
import { NotReadyError, untilGone, untilReady } from "./wait";

/** One configured cluster: what a provider resource stands for. */
export interface Session {
  readonly api: ApiClient;
  readonly discovery: Discovery;
  /** Of objects that name none. */
  readonly namespace: string;
  /** Take over fields that somebody else manages. */
  readonly force: boolean;
  /** Create also when the object exists already. */
  readonly upsert: boolean;
}

interface Target {
  readonly urn: string;
  readonly session: Session;
  readonly context: RunContext;
}

export async function check(
  { urn, session }: Pick<Target, "urn" | "session">,
  news: PropertyMap,
): Promise<{ inputs: PropertyMap; failures: readonly Failure[] }> {
  const given = withoutReadOnly(news);
  const apiVersion = scalarText(given["apiVersion"]).replace(/^core\//, "");
  const cleaned = objects.isBuiltIn(apiVersion) ? (withoutNulls(given) as PropertyMap) : given;
  const inputs: PropertyMap = { ...cleaned, apiVersion };
  const metadata = inputs["metadata"];
  if (!isMap(metadata) || metadata["name"] === undefined) {
    const reason = isPatch(urn)
      ? "patch resources require the `.metadata.name` field to be set"
      : "required: the lab provider makes no names";
    return { inputs, failures: [{ property: "metadata.name", reason }] };
  }
  const object = asObject(inputs);
  if (object.kind === "CustomResourceDefinition" && !hasUnknown(inputs)) {
    session.discovery.declare(object);
  }
  if (metadata["namespace"] !== undefined) return { inputs, failures: [] };
  const namespaced = await session.discovery.isNamespaced(object).catch(ifUnreachable);
  if (namespaced !== true) return { inputs, failures: [] };
  const placed = { ...metadata, namespace: session.namespace };
  return { inputs: { ...inputs, metadata: placed }, failures: [] };
}

export function diff(
  urn: string,
  change: { old: PropertyMap; new: PropertyMap },
): { differences: Differences; replaces: readonly string[]; deleteBeforeReplace: boolean } {
  const differences = difference(change);
  const object = asObject(change.new);
  const paths = [...differences.keys()];
  const replaces = replacingPaths(object, { paths, patch: isPatch(urn) });
  const before = asObject(change.old);
  return { differences, replaces, deleteBeforeReplace: deletesBeforeReplace(before, object) };
}

export async function create(
  target: Target,
  request: { inputs: PropertyMap; preview: boolean },
): Promise<{ id: string; outputs: PropertyMap }> {
  const { inputs, preview } = request;
  const { urn, session, context } = target;
  const object = asObject(inputs);
  if (preview) return { id: "", outputs: await previewOf(target, { inputs, isNew: true }) };
  const manager = managerOf({ urn, inputs });
  const live = await createUntilServed(context, async () => {
    const path = await session.discovery.pathOf(object);
    if (!session.upsert && !isPatch(urn)) await refuseExisting(session, { path, object });
    return apply(target, { path, object, manager, dryRun: false });
  }).catch((error: Error) => {
    const why = explainConflict(error, manager);
    if (error instanceof NoMatchError) {
      throw new Error(
        `creation of resource "${urn}" failed because the Kubernetes API server reported that the ` +
          `apiVersion for this resource does not exist. ` +
          `Verify that any required CRDs have been created: ${why}`,
      );
    }
    throw new Error(
      `resource "${urn}" was not successfully created by the Kubernetes API server: ${why}`,
    );
  });
  const id = objects.idOf(live);
  const outputs = await settle(target, { live, inputs, manager, verb: "created" });
  if (object.kind === "CustomResourceDefinition") session.discovery.forget();
  return { id, outputs };
}

export async function update(
  target: Target,
  request: { state: PropertyMap; inputs: PropertyMap; preview: boolean },
): Promise<PropertyMap> {
  const { state, inputs, preview } = request;
  const { session, urn } = target;
  const object = asObject(inputs);
  if (preview) return previewOf(target, { inputs, isNew: false });
  const manager = managerOf({ urn, inputs, state });
  const live = await session.discovery
    .pathOf(object)
    .then(async (path) => {
      await session.api.get(path);
      return apply(target, { path, object, manager, dryRun: false });
    })
    .catch((error: Error) => {
      const hint = missing(error) ? "; run refresh to see what is gone" : "";
      throw new Error(
        `update of resource "${urn}" failed: ${explainConflict(error, manager)}${hint}`,
      );
    });
  const outputs = await settle(target, { live, inputs, manager, verb: "updated" });
  if (object.kind === "CustomResourceDefinition") session.discovery.forget();
  return outputs;
}

/** Undefined when the object, or its whole kind, is gone. */
export async function read(
  { urn, session }: Pick<Target, "urn" | "session">,
  request: { inputs: PropertyMap; state: PropertyMap },
): Promise<{ inputs: PropertyMap; outputs: PropertyMap } | undefined> {
  const known = Object.keys(request.inputs).length > 0 ? request.inputs : request.state[INPUTS];
  if (!isMap(known)) throw new Error(`${urn}: the lab provider reads only what is in its state`);
  const object = asObject(known);
  try {
    const live = await session.api.get(await session.discovery.pathOf(object));
    const pruned = secretLike(pruneToInputs(live, object), known) as PropertyMap;
    const manager = managerOf({ urn, inputs: known, state: request.state });
    return { inputs: pruned, outputs: stateOf({ live, inputs: pruned, manager }) };
  } catch (error) {
    if (missing(error)) return undefined;
    throw error;
  }
}

/** Deletes and waits until the object is gone; a patch only lets go of its fields. */
export async function remove(target: Target, state: PropertyMap): Promise<void> {
  const { session, context, urn } = target;
  const inputs = state[INPUTS];
  const object = asObject(isMap(inputs) ? inputs : state);
  const { apiVersion, kind } = object;
  const { name, namespace } = object.metadata;
  try {
    const path = await session.discovery.pathOf(object);
    if (isPatch(urn)) {
      const metadata = namespace === undefined ? { name } : { name, namespace };
      await session.api.get(path);
      const manager = managerOf({ urn, inputs: object, state });
      await session.api.apply(
        path,
        { apiVersion, kind, metadata },
        { manager, force: false, dryRun: false, signal: context.signal },
      );
      return;
    }
    const live = await session.api.get(path);
    const policy = objects.annotationsOf(object)["pulumi.com/deletionPropagationPolicy"];
    const propagationPolicy = policies[policy?.toLowerCase() ?? ""] ?? "Foreground";
    await session.api.delete(path, { propagationPolicy, signal: context.signal });
    await untilGone({ api: session.api, path, object: live, context });
    if (kind === "CustomResourceDefinition") session.discovery.forget();
  } catch (error) {
    if (missing(error)) return;
    throw error;
  }
}

const policies: Readonly<Record<string, string>> = { orphan: "Orphan", background: "Background" };

async function apply(
  { session, context }: Target,
  request: { path: string; object: KubeObject; manager: string; dryRun: boolean },
): Promise<KubeObject> {
  const { path, object, manager, dryRun } = request;
  const { signal } = context;
  const force =
    session.force || dryRun || objects.annotationsOf(object)["pulumi.com/patchForce"] === "true";
  const answer = await session.api.apply(path, object, { manager, force, dryRun, signal });
  answer.warnings.forEach((warning) => context.log(`warning: ${warning}`));
  return answer.object;
}

/** What the server would make of it; the inputs as they are where it cannot tell. */
async function previewOf(
  target: Target,
  { inputs, isNew }: { inputs: PropertyMap; isNew: boolean },
): Promise<PropertyMap> {
  const { session, urn } = target;
  const object = asObject(inputs);
  if (hasUnknown(inputs) || (isNew && isPatch(urn))) return inputs;
  const serves = await session.discovery.serves(object).catch(ifUnreachable);
  if (serves !== true) return inputs;
  const manager = managerOf({ urn, inputs });
  try {
    const path = await session.discovery.pathOf(object);
    const { status: _, ...live } = await apply(target, { path, object, manager, dryRun: true });
    return stateOf({ live: live, inputs, manager });
  } catch (error) {
    // The namespace may come in the same run, and a dry run is not everybody's right.
    const unsure = error instanceof ApiError && [403, 404].includes(error.status);
    const changed = error instanceof ApiError && / field is immutable/.test(error.message);
    if (unsure || (isNew && changed) || error instanceof UnreachableError) return inputs;
    throw error;
  }
}

/** Waits until the object is ready; it is kept in the state also when it does not get there. */
async function settle(
  { urn, session, context }: Target,
  made: { live: KubeObject; inputs: PropertyMap; manager: string; verb: string },
): Promise<PropertyMap> {
  const { live, inputs, manager } = made;
  try {
    const path = await session.discovery.pathOf(live);
    const ready = await untilReady({ api: session.api, path, object: live, context });
    return stateOf({ live: ready, inputs, manager });
  } catch (error) {
    const seen = error instanceof NotReadyError ? error.live : live;
    const message =
      `resource "${urn}" was successfully ${made.verb}, but the Kubernetes API server reported ` +
      `that it failed to fully initialize or become live: ${(error as Error).message}`;
    const outputs = stateOf({ live: seen, inputs, manager });
    throw new IncompleteError(message, { id: objects.idOf(seen), outputs });
  }
}

/** The same for every try of a create, so that a repeated one owns what the lost one did. */
function managerOf(of: { urn: string; inputs: PropertyMap; state?: PropertyMap }): string {
  const named = objects.annotationsOf(asObject(of.inputs))["pulumi.com/patchFieldManager"];
  const kept = of.state?.[FIELD_MANAGER];
  const digest = crypto.createHash("sha256").update(of.urn).digest("hex").slice(0, 8);
  return named ?? (typeof kept === "string" ? kept : `pulumi-kubernetes-${digest}`);
}

async function refuseExisting(
  { api }: Session,
  { path, object }: { path: string; object: KubeObject },
): Promise<void> {
  const found = await api.get(path).catch((error: unknown) => {
    if (missing(error)) return undefined;
    throw error;
  });
  if (found === undefined) return;
  throw new Error(
    `${objects.titleOf(object)} already exists in the cluster; import it, use a Patch resource, ` +
      `or set upsertExistingObjects on the provider`,
  );
}

function isPatch(urn: string): boolean {
  const type = urn.split("::")[2] ?? "";
  return type.endsWith("Patch");
}

/** The engine hands over what `check` let pass, so the identity is there. */
function asObject(inputs: PropertyMap): KubeObject {
  return plain(inputs) as KubeObject;
}

function hasUnknown(value: PropertyValue): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isMap(value) && Object.values(value).some(hasUnknown);
}

function ifUnreachable(error: unknown): undefined {
  if (error instanceof UnreachableError) return undefined;
  throw error;
}
