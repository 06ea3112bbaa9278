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

  close(): void {
    this.client?.close();
    this.client = undefined;
  }

  /** Sends one line; a line the engine no longer takes is dropped. */
  status(message: { urn: string; line: string }): void {
    this.send(message, engine.LogSeverity.INFO, true);
  }

  /** A line that stays in the log of the run. */
  warning(message: { urn: string; line: string }): void {
    this.send(message, engine.LogSeverity.WARNING, false);
  }

  private send(
    message: { urn: string; line: string },
    severity: engine.LogSeverity,
    ephemeral: boolean,
  ): void {
    const request = new engine.LogRequest()
      .setSeverity(severity)
      .setUrn(message.urn)
      .setMessage(message.line)
      .setEphemeral(ephemeral);
    this.client?.log(request, () => undefined);
  }
}
