import type * as grpc from "@grpc/grpc-js";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import * as empty from "google-protobuf/google/protobuf/empty_pb";

import type { RunContext } from "../kind";
import { Plugin } from "../plugin";
import { checkResponse, diffResponse, listen, toMap, toStruct, unary, type Served } from "../rpc";
import { diffConfig, openSession } from "./config";
import { construct } from "./construct";
import * as resource from "./resource";
import type { Session } from "./resource";

/** Serves the `kubernetes` package on a free loopback port. */
export function serveKubernetes({ version }: { version: string }): Promise<Served> {
  return new Handlers(version).serve();
}

interface Addressed {
  getUrn(): string;
}

class Handlers {
  private readonly plugin: Plugin;
  /** One per provider resource, known by the engine's connection. */
  private readonly sessions = new Map<string, Session>();
  private latest: Session | undefined;

  constructor(version: string) {
    this.plugin = new Plugin({ name: "kubernetes", version, acceptResources: true });
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
      diffConfig: unary((request: rpc.DiffRequest) => this.diffConfig(request)),
      configure: unary((request: rpc.ConfigureRequest, peer) => this.configure(request, peer)),
      check: unary((request: rpc.CheckRequest, peer) => this.check(request, peer)),
      diff: unary((request: rpc.DiffRequest) => this.diff(request)),
      create: unary((request: rpc.CreateRequest, peer) => this.create(request, peer)),
      read: unary((request: rpc.ReadRequest, peer) => this.read(request, peer)),
      update: unary((request: rpc.UpdateRequest, peer) => this.update(request, peer)),
      delete: unary(async (request: rpc.DeleteRequest, peer) => {
        await resource.remove(this.target(request, peer), toMap(request.getProperties()));
        return new empty.Empty();
      }),
      construct: unary((request: rpc.ConstructRequest, peer) =>
        construct(request, {
          session: this.session(peer),
          signal: this.plugin.signal,
          warn: ({ urn, text }) => this.plugin.engine.warning({ urn, line: text }),
        }),
      ),
    };
  }

  private diffConfig(request: rpc.DiffRequest): rpc.DiffResponse {
    const old = toMap(request.getOldInputs() ?? request.getOlds());
    const { diffs, replaces } = diffConfig({ old, new: toMap(request.getNews()) });
    const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
    return new rpc.DiffResponse()
      .setChanges(diffs.length === 0 ? DIFF_NONE : DIFF_SOME)
      .setDiffsList([...diffs])
      .setReplacesList([...replaces]);
  }

  private configure(request: rpc.ConfigureRequest, peer: string): rpc.ConfigureResponse {
    const session = openSession(toMap(request.getArgs()));
    this.sessions.set(peer, session);
    this.latest = session;
    return this.plugin.configured();
  }

  private async check(request: rpc.CheckRequest, peer: string): Promise<rpc.CheckResponse> {
    const target = { urn: request.getUrn(), session: this.session(peer) };
    return checkResponse(await resource.check(target, toMap(request.getNews())));
  }

  private diff(request: rpc.DiffRequest): rpc.DiffResponse {
    const change = { old: toMap(request.getOldInputs()), new: toMap(request.getNews()) };
    const { deleteBeforeReplace, ...found } = resource.diff(request.getUrn(), change);
    return diffResponse(found).setDeletebeforereplace(deleteBeforeReplace);
  }

  private async create(request: rpc.CreateRequest, peer: string): Promise<rpc.CreateResponse> {
    const { id, outputs } = await resource.create(this.target(request, peer), {
      inputs: toMap(request.getProperties()),
      preview: request.getPreview(),
    });
    return new rpc.CreateResponse().setId(id).setProperties(toStruct(outputs));
  }

  private async read(request: rpc.ReadRequest, peer: string): Promise<rpc.ReadResponse> {
    const found = await resource.read(
      { urn: request.getUrn(), session: this.session(peer) },
      { inputs: toMap(request.getInputs()), state: toMap(request.getProperties()) },
    );
    if (found === undefined) return new rpc.ReadResponse();
    return new rpc.ReadResponse()
      .setId(request.getId())
      .setProperties(toStruct(found.outputs))
      .setInputs(toStruct(found.inputs));
  }

  private async update(request: rpc.UpdateRequest, peer: string): Promise<rpc.UpdateResponse> {
    const outputs = await resource.update(this.target(request, peer), {
      state: toMap(request.getOlds()),
      inputs: toMap(request.getNews()),
      preview: request.getPreview(),
    });
    return new rpc.UpdateResponse().setProperties(toStruct(outputs));
  }

  private target(request: Addressed & { getTimeout(): number }, peer: string) {
    const urn = request.getUrn();
    return { urn, session: this.session(peer), context: this.context(request) };
  }

  /** A connection that was made anew belongs to the provider that was configured last. */
  private session(peer: string): Session {
    const session = this.sessions.get(peer) ?? this.latest;
    if (session === undefined) throw new Error("kubernetes provider: it is not configured");
    return session;
  }

  private context(request: Addressed & { getTimeout(): number }): RunContext {
    const seconds = request.getTimeout();
    const { engine, signal } = this.plugin;
    return {
      log: (line) => engine.status({ urn: request.getUrn(), line }),
      signal,
      ...(seconds > 0 && { seconds }),
    };
  }
}
