import type * as grpc from "@grpc/grpc-js";
import * as empty from "google-protobuf/google/protobuf/empty_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";

import { difference } from "./diff";
import type { ResourceKind, RunContext } from "./kind";
import { Plugin } from "./plugin";
import { checkResponse, diffResponse, listen, toMap, toStruct, unary, type Served } from "./rpc";
import type { PropertyMap } from "./values";
import { limited } from "./limit";

/** A provider package: its version and its resource types by full type name. */
export interface ProviderPackage {
  readonly name: string;
  readonly version: string;
  readonly kinds: Readonly<Record<string, ResourceKind>>;
}

/** Serves one package on a free loopback port. */
export function serve(provider: ProviderPackage): Promise<Served> {
  return new Handlers(provider).serve();
}

class Handlers {
  private readonly plugin: Plugin;

  constructor(private readonly provider: ProviderPackage) {
    this.plugin = new Plugin(provider);
  }

  async serve(): Promise<Served> {
    const { port, stop } = await listen(this.service());
    return {
      port,
      stop: () => {
        this.plugin.stop();
        stop();
      },
    };
  }

  private service(): grpc.UntypedServiceImplementation {
    return {
      ...this.plugin.service(),
      diffConfig: unary(() => new rpc.DiffResponse()),
      configure: unary(() => this.plugin.configured()),
      check: unary((request: rpc.CheckRequest) => this.check(request)),
      diff: unary((request: rpc.DiffRequest) => this.diff(request)),
      create: unary((request: rpc.CreateRequest) => this.create(request)),
      read: unary((request: rpc.ReadRequest) =>
        new rpc.ReadResponse()
          .setId(request.getId())
          .setProperties(request.getProperties())
          .setInputs(request.getInputs()),
      ),
      update: unary((request: rpc.UpdateRequest) => this.update(request)),
      delete: unary((request: rpc.DeleteRequest) => this.delete(request)),
    };
  }

  private check(request: rpc.CheckRequest): rpc.CheckResponse {
    return checkResponse(this.kind(request.getUrn()).check(toMap(request.getNews())));
  }

  private diff(request: rpc.DiffRequest): rpc.DiffResponse {
    const differences = difference({
      old: toMap(request.getOldInputs()),
      new: withoutInternal(toMap(request.getNews())),
    });
    const replaces = this.kind(request.getUrn()).replaces(differences);
    return diffResponse({ differences, replaces });
  }

  private async create(request: rpc.CreateRequest): Promise<rpc.CreateResponse> {
    const { id, outputs } = await this.kind(request.getUrn()).create({
      name: request.getName() || request.getUrn().split("::").slice(3).join("::"),
      inputs: toMap(request.getProperties()),
      preview: request.getPreview(),
      context: this.context(request),
    });
    return new rpc.CreateResponse().setId(id).setProperties(toStruct(outputs));
  }

  private async update(request: rpc.UpdateRequest): Promise<rpc.UpdateResponse> {
    const outputs = await this.kind(request.getUrn()).update({
      state: toMap(request.getOlds()),
      inputs: toMap(request.getNews()),
      preview: request.getPreview(),
      context: this.context(request),
    });
    return new rpc.UpdateResponse().setProperties(toStruct(outputs));
  }

  private async delete(request: rpc.DeleteRequest): Promise<empty.Empty> {
    const state = toMap(request.getProperties());
    await this.kind(request.getUrn()).delete({ state, context: this.context(request) });
    return new empty.Empty();
  }

  private kind(urn: string): ResourceKind {
    const type = urn.split("::")[2]?.split("$").pop() ?? "";
    const kind = this.provider.kinds[type];
    if (kind === undefined) throw new Error(`${type}: the lab provider does not have this type`);
    return kind;
  }

  private context(request: { getUrn(): string; getTimeout(): number }): RunContext {
    const seconds = request.getTimeout();
    const { engine, signal } = this.plugin;
    return {
      log: (line) => engine.status({ urn: request.getUrn(), line }),
      signal: seconds > 0 ? limited(signal, seconds) : signal,
    };
  }
}

function withoutInternal(map: PropertyMap): PropertyMap {
  const entries = Object.entries(map).filter(([key]) => key !== "version" && !key.startsWith("__"));
  return Object.fromEntries(entries);
}
