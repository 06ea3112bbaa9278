import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";

/** The way back to the engine that attached last: status lines under a resource. */
export class EngineLog {
  private client: EngineClient | undefined;
  private address = "";

  connect(address: string): void {
    if (address === this.address) return;
    this.client?.close();
    this.address = address;
    this.client = new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** Sends one line; a line the engine no longer takes is dropped. */
  status(message: { urn: string; line: string }): void {
    const request = new engine.LogRequest()
      .setSeverity(engine.LogSeverity.INFO)
      .setUrn(message.urn)
      .setMessage(message.line)
      .setEphemeral(true);
    this.client?.log(request, () => undefined);
  }
}
