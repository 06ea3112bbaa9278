/** The plugin as the language host of Node.js runs it, and the two things the engine asks of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConstructRequest, GetSchemaRequest } from "@pulumi/pulumi/proto/provider_pb";
import * as struct from "google-protobuf/google/protobuf/struct_pb";
import { controlPlane, type Fields } from "../support/fixtures";

export interface Plugin {
  /** JSON of what it offers. */
  schema(): Promise<string>;
  /** Its URN and outputs as they travel; rejects with what the engine would print. */
  construct(component: {
    readonly type: string;
    readonly name: string;
    readonly inputs: Fields;
  }): Promise<Constructed>;
  close(): Promise<void>;
}

export interface Constructed {
  readonly urn: string;
  readonly outputs: Fields;
}

/** `engine` is the address of both services of an engine. */
export async function startPlugin(folder: string, engine: string): Promise<Plugin> {
  const child = spawn(process.execPath, [runner(folder), folder, engine], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const [port] = (await Promise.race([
    once(createInterface(child.stdout), "line"),
    ended.then(() => Promise.reject(new Error("the plugin ended before it served"))),
  ])) as [string];
  const client = new ResourceProviderClient(
    `127.0.0.1:${port}`,
    grpc.credentials.createInsecure(),
    { "grpc.max_receive_message_length": -1 },
  );
  return {
    schema: async () => {
      const response = await new Promise<{ getSchema(): string }>((resolve, reject) =>
        client.getSchema(new GetSchemaRequest(), (error, got) =>
          error === null ? resolve(got) : reject(error),
        ),
      );
      return response.getSchema();
    },
    construct: ({ type, name, inputs }) => {
      const request = new ConstructRequest()
        .setProject("nordmesh")
        .setStack("test")
        .setOrganization("organization")
        .setParallel(64)
        .setMonitorendpoint(engine)
        .setType(type)
        .setName(name)
        .setInputs(struct.Struct.fromJavaScript(inputs as Record<string, struct.JavaScriptValue>));
      return new Promise((resolve, reject) =>
        client.construct(request, (error, made) => {
          if (error !== null) reject(new Error(error.details));
          else resolve({ urn: made.getUrn(), outputs: made.getState()?.toJavaScript() ?? {} });
        }),
      );
    },
    close: async () => {
      client.close();
      child.kill();
      await ended;
    },
  };
}

/** A folder for PATH where the engine finds the plugin without a language host. */
export function launcherFolder(folder: string): string {
  const place = join(folder, "launcher");
  const script = `#!/bin/sh\nexec '${process.execPath}' '${runner(folder)}' '${folder}' "$@"\n`;
  mkdirSync(place);
  writeFileSync(join(place, "pulumi-resource-nordmesh"), script, { mode: 0o755 });
  return place;
}

function runner(folder: string): string {
  return join(folder, "node_modules", "@pulumi", "pulumi", "cmd", "run-plugin");
}

/** A cluster whose every kind of field is wrong, and what is said of it. */
export const wrongCluster = {
  release: "2026.0",
  hosts: { x: controlPlane({ role: "boss", sshPort: "22", adress: "192.0.2.9" }) },
};
export const wrongLines = [
  'args.hosts.x.adress: unknown key; did you mean "address"?',
  'args.hosts.x.role: got "boss", expected "control-plane" or "worker"',
  'args.hosts.x.sshPort: got "22", expected a number',
  'args.release: got "2026.0", expected "2026.1"',
];
