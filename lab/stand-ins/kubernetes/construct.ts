import * as fs from "node:fs";

import * as grpc from "@grpc/grpc-js";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/resource_pb";

import { toMap, toStruct } from "../rpc";
import { isMap, isUnknown, plain, secret, type PropertyMap, type PropertyValue } from "../values";
import { renderChart } from "./chart";
import { inOrder, parseManifests, placeInNamespace } from "./manifests";
import { annotationsOf, idOf, textAt, type KubeObject } from "./object";
import type { Session } from "./resource";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";

interface Making {
  readonly session: Session;
  readonly signal: AbortSignal;
  /** Tells the operator, under the component. */
  readonly warn: (warning: { urn: string; text: string }) => void;
}

/** Registers a component with all its objects. Rejects when the API server does not answer. */
export async function construct(
  request: provider.ConstructRequest,
  making: Making,
): Promise<provider.ConstructResponse> {
  const { session } = making;
  const render = renderers[request.getType()];
  if (render === undefined) throw new Error(`unknown resource type "${request.getType()}"`);
  await session.discovery.version().catch((error: Error) => {
    throw new Error(`configured Kubernetes cluster is unreachable: ${error.message}`);
  });
  const monitor = new ResourceMonitorClient(
    request.getMonitorendpoint(),
    grpc.credentials.createInsecure(),
    { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 },
  );
  try {
    const component = await register(monitor, componentOf(request));
    const response = new provider.ConstructResponse().setUrn(component.getUrn());
    const marked = toMap(request.getInputs());
    if (hasUnknown(marked)) {
      const text = "Input properties have unknown values. Preview is incomplete.";
      making.warn({ urn: component.getUrn(), text });
      return response.setState(toStruct({}));
    }
    const inputs = plain(marked) as PropertyMap;
    const name = request.getName();
    const { text, namespace } = await render({ name, ...inputs }, making);
    const objects = await placeInNamespace(parseManifests(text), {
      discovery: session.discovery,
      namespace,
    });
    const prefix = textAt(inputs, "resourcePrefix");
    const resources = await registerAll(monitor, {
      objects: inputs["skipAwait"] === true ? objects.map(withoutWaiting) : objects,
      parent: component.getUrn(),
      prefix: prefix === "" ? name : prefix,
      provider: request.getProvidersMap().get("kubernetes") ?? "",
    });
    return response.setState(toStruct({ resources }));
  } finally {
    monitor.close();
  }
}

type Renderer = (
  inputs: PropertyMap,
  making: Making,
) => Promise<{ readonly text: string; readonly namespace: string }>;

const renderers: Readonly<Record<string, Renderer>> = {
  "kubernetes:helm.sh/v4:Chart": async (inputs, { session, signal }) => {
    const given = textAt(inputs, "namespace");
    const namespace = given === "" ? session.namespace : given;
    const { discovery } = session;
    // What an earlier chart of this run added counts.
    discovery.forget();
    return { text: await renderChart(inputs, { discovery, namespace, signal }), namespace };
  },
  "kubernetes:yaml/v2:ConfigFile": async (inputs, { session, signal }) => ({
    text: await readManifests(textAt(inputs, "file"), signal),
    namespace: session.namespace,
  }),
};

async function readManifests(file: string, signal: AbortSignal): Promise<string> {
  if (!/^https?:/.test(file)) return fs.promises.readFile(file, "utf8");
  const response = await fetch(file, { signal });
  if (!response.ok) throw new Error(`${file}: status ${response.status}`);
  return response.text();
}

async function registerAll(
  monitor: ResourceMonitorClient,
  family: {
    objects: readonly KubeObject[];
    parent: string;
    prefix: string;
    provider: string;
  },
): Promise<PropertyValue[]> {
  const made = new Map<KubeObject, Promise<rpc.RegisterResourceResponse>>();
  for (const { object, needs } of inOrder(family.objects)) {
    const earlier = Promise.all(needs.flatMap((need) => made.get(need) ?? []));
    const registered = earlier.then((answers) => {
      const urns = answers.map((answer) => answer.getUrn());
      return register(monitor, childOf(object, { ...family, dependencies: urns }));
    });
    made.set(object, registered);
  }
  // All answers are awaited, so that none is left behind when one fails.
  const settled = await Promise.allSettled(made.values());
  const failed = settled.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return settled.flatMap((one) => (one.status === "fulfilled" ? [referenceTo(one.value)] : []));
}

function childOf(
  object: KubeObject,
  family: {
    parent: string;
    prefix: string;
    provider: string;
    dependencies: readonly string[];
  },
): rpc.RegisterResourceRequest {
  const isSecret = object.apiVersion === "v1" && object.kind === "Secret";
  const inputs = isSecret ? withSecrets(object) : object;
  const request = new rpc.RegisterResourceRequest()
    .setType(typeOf(object))
    .setName(`${family.prefix}:${idOf(object)}`)
    .setCustom(true)
    .setParent(family.parent)
    .setProvider(family.provider)
    .setObject(toStruct(inputs))
    .setDependenciesList([...family.dependencies])
    .setAcceptsecrets(true)
    .setAcceptresources(true)
    .setSupportspartialvalues(true)
    .setAliasspecs(true);
  if (annotationsOf(object)["helm.sh/resource-policy"] === "keep") request.setRetainondelete(true);
  return request;
}

/** The type the official SDK gives an object. */
function typeOf({ apiVersion, kind }: KubeObject): string {
  return `kubernetes:${apiVersion.includes("/") ? "" : "core/"}${apiVersion}:${kind}`;
}

function withSecrets(object: KubeObject): PropertyMap {
  const marked = ["data", "stringData"].flatMap((key) => {
    const value = object[key];
    return value === undefined ? [] : [[key, secret(value)] as const];
  });
  return { ...object, ...Object.fromEntries(marked) };
}

function withoutWaiting(object: KubeObject): KubeObject {
  const annotations = { ...annotationsOf(object), "pulumi.com/skipAwait": "true" };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function referenceTo(answer: rpc.RegisterResourceResponse): PropertyValue {
  return { [SIGNATURE]: REFERENCE, urn: answer.getUrn(), id: answer.getId() };
}

/** The component itself, with the options its user gave it. */
function componentOf(request: provider.ConstructRequest): rpc.RegisterResourceRequest {
  return new rpc.RegisterResourceRequest()
    .setType(request.getType())
    .setName(request.getName())
    .setParent(request.getParent())
    .setObject(toStruct({}))
    .setDependenciesList(request.getDependenciesList())
    .setAcceptsecrets(true)
    .setAcceptresources(true)
    .setSupportspartialvalues(true)
    .setAliasspecs(true)
    .setAliasesList(request.getAliasesList())
    .setProtect(request.getProtect() ?? false)
    .setRetainondelete(request.getRetainondelete() ?? false)
    .setIgnorechangesList(request.getIgnorechangesList())
    .setDeletedwith(request.getDeletedwith());
}

function hasUnknown(value: PropertyValue): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isMap(value) && Object.values(value).some(hasUnknown);
}

function register(
  monitor: ResourceMonitorClient,
  request: rpc.RegisterResourceRequest,
): Promise<rpc.RegisterResourceResponse> {
  return new Promise((resolve, reject) => {
    monitor.registerResource(request, (error, response) => {
      if (error === null) resolve(response);
      else reject(new Error(error.details));
    });
  });
}
