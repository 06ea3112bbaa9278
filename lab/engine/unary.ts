import * as grpc from "@grpc/grpc-js";

/** `peer` tells the engine's connections apart; there is one per provider resource. */
export type Handler<Request, Response> = (
  request: Request,
  peer: string,
) => Promise<Response> | Response;

/** One call of a service that is served with gRPC; `statusOf` says what a failure becomes. */
export function unary<Request, Response>(
  handler: Handler<Request, Response>,
  statusOf = unknownFailure,
) {
  return (
    call: grpc.ServerUnaryCall<Request, Response>,
    callback: grpc.sendUnaryData<Response>,
  ): void => {
    // The extra step turns a synchronous throw into a rejection.
    Promise.resolve(call.request)
      .then((request) => handler(request, call.getPeer()))
      .then(
        (response) => callback(null, response),
        (error: Error) => callback(statusOf(error)),
      );
  };
}

export function unknownFailure(error: Error): Partial<grpc.StatusObject> {
  return { code: grpc.status.UNKNOWN, details: error.message };
}
