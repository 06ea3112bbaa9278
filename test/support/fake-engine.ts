/** The two services a program talks to, without an engine behind: records what it registers. */
import { isDeepStrictEqual } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { type Callback, CallbackInvokeRequest } from "@pulumi/pulumi/proto/callback_pb";
import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb";
import * as engineRpc from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/resource_pb";
import * as empty from "google-protobuf/google/protobuf/empty_pb";
import * as struct from "google-protobuf/google/protobuf/struct_pb";
import { unary } from "../../lab/engine/unary";

/** One resource as the program sent it; `inputs` and outputs keep their marks, see marks.ts. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** URN, empty for the stack itself. */
  readonly parent: string;
  /** URNs it is known by in earlier states, its parent's aliases left out. */
  readonly aliases: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs, of `dependsOn` and of every input together. */
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  /** URN or empty. */
  readonly deletedWith: string;
  readonly additionalSecretOutputs: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Names of error hooks. */
  readonly onError: readonly string[];
  /** Duration of create, as Go writes it; empty without one. */
  readonly createTimeout: string;
  readonly updateTimeout: string;
}

/** Outputs of a resource besides its inputs, as they travel; throw to fail its step. */
export type Answer = (resource: Registered) => Readonly<Record<string, unknown>>;

export interface FakeEngine {
  readonly address: string;
  readonly resources: readonly Registered[];
  /** Names of error hooks in the order they were registered. */
  readonly hooks: readonly string[];
  /** Messages logged as errors, and those of hooks that failed. */
  readonly errors: readonly string[];
  /** Messages logged as warnings. */
  readonly warnings: readonly string[];
  /** What components and the stack registered as outputs, by URN. */
  readonly outputs: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Settles with the message of the first failed step, once nothing more arrives for a while. */
  readonly failed: Promise<string>;
  close(): void;
}

const quietMs = 300;

type Inputs = Registered["inputs"];

interface Run {
  readonly answer: Answer;
  readonly preview: boolean;
  /** Inputs in the state of an earlier run, by URN. */
  readonly old?: ReadonlyMap<string, Inputs>;
}

/** Serves on a free loopback port; in a preview only hooks are called that ask for it. */
export async function startFakeEngine(run: Run): Promise<FakeEngine> {
  const recorder = new Recorder(run);
  const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
  const server = new grpc.Server(unlimited);
  server.addService(ResourceMonitorService, recorder.monitor());
  server.addService(EngineService, recorder.engine());
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const { resources, hooks, errors, warnings, outputs, failed } = recorder;
  const close = (): void => server.forceShutdown();
  const recorded = { resources, hooks, errors, warnings, outputs };
  return { address: `127.0.0.1:${port}`, ...recorded, failed, close };
}

class Recorder {
  readonly resources: Registered[] = [];
  readonly hooks: string[] = [];
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  readonly outputs = new Map<string, Readonly<Record<string, unknown>>>();
  readonly failed: Promise<string>;
  private fail: (message: string) => void = () => undefined;
  private readonly urns = new Set<string>();

  private readonly callbacks = new Map<string, { callback: Callback; onDryRun: boolean }>();

  constructor(private readonly run: Run) {
    this.failed = new Promise((resolve) => {
      this.fail = resolve;
    });
  }

  monitor(): grpc.UntypedServiceImplementation {
    return {
      supportsFeature: unary(() => new rpc.SupportsFeatureResponse().setHassupport(true)),
      registerResource: unary((request: rpc.RegisterResourceRequest) =>
        this.register(request).catch((error: Error) => {
          void this.quiet().then(() => this.fail(error.message));
          throw error;
        }),
      ),
      registerResourceOutputs: unary((request: rpc.RegisterResourceOutputsRequest) => {
        this.outputs.set(request.getUrn(), toMap(request.getOutputs()));
        return new empty.Empty();
      }),
      registerResourceHook: unary((request: rpc.RegisterResourceHookRequest) => {
        this.refuseTaken(request.getName());
        const callback = request.getCallback();
        const onDryRun = request.getOnDryRun();
        if (callback !== undefined) this.callbacks.set(request.getName(), { callback, onDryRun });
        return new empty.Empty();
      }),
      registerErrorHook: unary((request: rpc.RegisterErrorHookRequest) => {
        this.refuseTaken(request.getName());
        this.hooks.push(request.getName());
        return new empty.Empty();
      }),
      registerPackage: unary(() => new rpc.RegisterPackageResponse().setRef("package")),
      signalAndWaitForShutdown: unary(() => new empty.Empty()),
    };
  }

  engine(): grpc.UntypedServiceImplementation {
    return {
      log: unary((request: engineRpc.LogRequest) => {
        const [severity, message] = [request.getSeverity(), request.getMessage()];
        if (severity === engineRpc.LogSeverity.ERROR) this.errors.push(message);
        if (severity === engineRpc.LogSeverity.WARNING) this.warnings.push(message);
        return new empty.Empty();
      }),
      setRootResource: unary(() => new engineRpc.SetRootResourceResponse()),
      requirePulumiVersion: unary(() => new engineRpc.RequirePulumiVersionResponse()),
    };
  }

  /** Hooks of both kinds share their names, as in the engine. */
  private refuseTaken(name: string): void {
    if (!this.callbacks.has(name) && !this.hooks.includes(name)) return;
    throw new Error(`resource hook already registered for name "${name}"`);
  }

  /** A hook that throws fails the step, in the engine's words. */
  private async callHooks(
    resource: Registered,
    request: rpc.RegisterResourceRequest,
  ): Promise<void> {
    const old = this.run.old?.get(resource.urn);
    const hooks = request.getHooks();
    const names = old === undefined ? hooks?.getBeforeCreateList() : hooks?.getBeforeUpdateList();
    if (old !== undefined && isDeepStrictEqual(old, resource.inputs)) return;
    for (const name of names ?? []) {
      const registered = this.callbacks.get(name);
      if (registered === undefined) throw new Error(`${resource.urn}: no hook ${name}`);
      const { callback, onDryRun } = registered;
      if (this.run.preview && !onDryRun) continue;
      const hook = new rpc.ResourceHookRequest()
        .setUrn(resource.urn)
        .setName(resource.name)
        .setType(resource.type)
        .setNewInputs(request.getObject());
      if (old !== undefined) hook.setOldInputs(toStruct(old));
      const bytes = await call(callback, hook.serializeBinary());
      const message = rpc.ResourceHookResponse.deserializeBinary(bytes).getError();
      if (message === "") continue;
      this.errors.push(message);
      throw new Error(`before hook "${name}" failed: ${message}`);
    }
  }

  private async quiet(): Promise<void> {
    for (let seen = -1; seen !== this.resources.length;) {
      seen = this.resources.length;
      await new Promise((resolve) => setTimeout(resolve, quietMs));
    }
  }

  private async register(
    request: rpc.RegisterResourceRequest,
  ): Promise<rpc.RegisterResourceResponse> {
    const resource = read(request);
    // The real engine ends a run that registers one name twice.
    if (this.urns.has(resource.urn)) throw new Error(`Duplicate resource URN '${resource.urn}'`);
    for (const urn of [...resource.dependencies, resource.deletedWith, resource.parent]) {
      if (urn !== "" && !this.urns.has(urn)) throw new Error(`${resource.urn} needs unseen ${urn}`);
    }
    for (const hook of resource.onError) {
      if (!this.hooks.includes(hook)) throw new Error(`${resource.urn}: no error hook ${hook}`);
    }
    this.urns.add(resource.urn);
    await this.callHooks(resource, request);
    const outputs = { ...resource.inputs, ...this.run.answer(resource) };
    this.resources.push(resource);
    return new rpc.RegisterResourceResponse()
      .setUrn(resource.urn)
      .setId(resource.custom ? `id-of-${resource.name}` : "")
      .setObject(toStruct(outputs));
  }
}

function call(callback: Callback, request: Uint8Array): Promise<Uint8Array> {
  const credentials = grpc.credentials.createInsecure();
  const client = new CallbacksClient(callback.getTarget().replace(/^dns:\/*/, ""), credentials);
  const message = new CallbackInvokeRequest().setToken(callback.getToken()).setRequest(request);
  return new Promise((resolve, reject) => {
    client.invoke(message, (error, response) => {
      client.close();
      if (error === null) resolve(response.getResponse_asU8());
      else reject(error);
    });
  });
}

function read(request: rpc.RegisterResourceRequest): Registered {
  const timeouts = request.getCustomtimeouts();
  return {
    urn: urnOf({ type: request.getType(), name: request.getName(), parent: request.getParent() }),
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    aliases: request.getAliasesList().map((alias) => aliasUrn(alias, request)),
    inputs: toMap(request.getObject()),
    dependencies: [...request.getDependenciesList()].sort(),
    protect: request.getProtect() ?? false,
    deletedWith: request.getDeletedwith(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    onError: request.getHooks()?.getOnErrorList() ?? [],
    createTimeout: timeouts?.getCreate() ?? "",
    updateTimeout: timeouts?.getUpdate() ?? "",
  };
}

/** As the engine makes it: a child's type has those of its parents in front, the stack's own left out. */
export function urnOf(of: {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
}): string {
  const parentType = of.parent.split("::")[2] ?? "";
  const inside = parentType !== "" && parentType !== "pulumi:pulumi:Stack";
  return `urn:pulumi:test::nordmesh::${inside ? `${parentType}$` : ""}${of.type}::${of.name}`;
}

function aliasUrn(alias: AliasMessage, request: rpc.RegisterResourceRequest): string {
  if (alias.getUrn() !== "") return alias.getUrn();
  const spec = alias.getSpec();
  const parent = spec?.getNoparent() === true ? "" : spec?.getParenturn() || request.getParent();
  return urnOf({
    type: spec?.getType() || request.getType(),
    name: spec?.getName() || request.getName(),
    parent,
  });
}

function toStruct(map: Inputs): struct.Struct {
  return struct.Struct.fromJavaScript(map as Record<string, struct.JavaScriptValue>);
}

function toMap(message: struct.Struct | undefined): Record<string, unknown> {
  return message?.toJavaScript() ?? {};
}
