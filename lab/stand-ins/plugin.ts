import type * as grpc from "@grpc/grpc-js";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import * as empty from "google-protobuf/google/protobuf/empty_pb";

import { EngineLog } from "./engine-log";
import { unary } from "./rpc";

/** What a provider package says of itself. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  /** Inputs may be references to resources. */
  readonly acceptResources?: boolean;
}

/** One provider's connection with the engine: who it is, where its lines go, when to stop. */
export class Plugin {
  readonly engine = new EngineLog();
  private cancelled = new AbortController();

  constructor(private readonly facts: PackageFacts) {}

  /** Aborts when the engine cancels what it asked for since it attached last. */
  get signal(): AbortSignal {
    return this.cancelled.signal;
  }

  /** The calls that every provider answers in the same way. */
  service(): grpc.UntypedServiceImplementation {
    const { name, version, acceptResources = false } = this.facts;
    return {
      handshake: unary((request: rpc.ProviderHandshakeRequest) => {
        this.attach(request.getEngineAddress());
        return new rpc.ProviderHandshakeResponse()
          .setAcceptSecrets(true)
          .setAcceptResources(acceptResources);
      }),
      attach: unary((request: PluginAttach) => {
        this.attach(request.getAddress());
        return new empty.Empty();
      }),
      getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
      getSchema: unary(() =>
        new rpc.GetSchemaResponse().setSchema(JSON.stringify({ name, version })),
      ),
      checkConfig: unary((request: rpc.CheckRequest) =>
        new rpc.CheckResponse().setInputs(request.getNews()),
      ),
      cancel: unary(() => {
        this.cancelled.abort(new Error("cancelled"));
        return new empty.Empty();
      }),
    };
  }

  /** The answer to a `configure` that was taken. */
  configured(): rpc.ConfigureResponse {
    return new rpc.ConfigureResponse()
      .setAcceptsecrets(true)
      .setAcceptresources(this.facts.acceptResources ?? false)
      .setSupportspreview(true);
  }

  /** Gives up what is under way, and the connection with the engine. */
  stop(): void {
    this.cancelled.abort(new Error("cancelled"));
    this.engine.close();
  }

  private attach(address: string): void {
    this.engine.connect(address);
    this.cancelled = new AbortController();
  }
}
