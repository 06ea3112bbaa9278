import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import * as struct from "google-protobuf/google/protobuf/struct_pb";

import { type Handler, unary as served, unknownFailure } from "../engine/unary";
import type { ChangeKind } from "./diff";
import type { Failure } from "./fields";
import type { PropertyMap } from "./values";

/** The object was made, but is not what it should be yet: the engine keeps it, and tries again. */
export class IncompleteError extends Error {
  constructor(
    message: string,
    readonly made: { readonly id: string; readonly outputs: PropertyMap },
  ) {
    super(message);
  }
}

/** A provider that answers. */
export interface Served {
  /** On loopback. */
  readonly port: number;
  /** Ends every call, also one that is under way. */
  readonly stop: () => void;
}

/** Serves a provider on a free loopback port. */
export function listen(service: grpc.UntypedServiceImplementation): Promise<Served> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(ResourceProviderService, service);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve({ port, stop: () => server.forceShutdown() });
    });
  });
}

/** A call that tells the engine what an incomplete object is, so that it keeps it. */
export function unary<Request, Response>(handler: Handler<Request, Response>) {
  return served(handler, failure);
}

function failure(error: Error): Partial<grpc.StatusObject> {
  const answer = unknownFailure(error);
  if (!(error instanceof IncompleteError)) return answer;
  const detail = new rpc.ErrorResourceInitFailed()
    .setId(error.made.id)
    .setProperties(toStruct(error.made.outputs))
    .setReasonsList([error.message]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { ...answer, metadata };
}

export function toMap(message: struct.Struct | undefined): PropertyMap {
  return message?.toJavaScript() ?? {};
}

export function toStruct(map: PropertyMap): struct.Struct {
  return struct.Struct.fromJavaScript(map);
}

/** The response to a check: the inputs as they will be used, and what is wrong with them. */
export function checkResponse(checked: {
  inputs: PropertyMap;
  failures: readonly Failure[];
}): rpc.CheckResponse {
  const response = new rpc.CheckResponse().setInputs(toStruct(checked.inputs));
  for (const { property, reason } of checked.failures) {
    response.addFailures(new rpc.CheckFailure().setProperty(property).setReason(reason));
  }
  return response;
}

/** The response to a diff: what differs by path, and which of it replaces. */
export function diffResponse(found: {
  differences: ReadonlyMap<string, ChangeKind>;
  replaces: readonly string[];
}): rpc.DiffResponse {
  const { differences, replaces } = found;
  const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
  const response = new rpc.DiffResponse()
    .setChanges(differences.size === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...differences.keys()])
    .setReplacesList([...replaces])
    .setHasdetaileddiff(true);
  for (const [path, kind] of differences) {
    const detail = detailKind({ kind, replace: replaces.includes(path) });
    response.getDetaileddiffMap().set(path, new rpc.PropertyDiff().setKind(detail));
  }
  return response;
}

function detailKind(change: { kind: ChangeKind; replace: boolean }): rpc.PropertyDiff.Kind {
  const { Kind } = rpc.PropertyDiff;
  switch (change.kind) {
    case "add":
      return change.replace ? Kind.ADD_REPLACE : Kind.ADD;
    case "delete":
      return change.replace ? Kind.DELETE_REPLACE : Kind.DELETE;
    case "update":
      return change.replace ? Kind.UPDATE_REPLACE : Kind.UPDATE;
    default:
      return change.kind satisfies never;
  }
}
