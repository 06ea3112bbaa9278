/** A server on loopback that answers as a test says. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";

export interface Loopback {
  readonly origin: string;
  /** Paths in the order they were asked for; a question whether the server is there is none. */
  readonly asked: readonly string[];
  close(): void;
}

export async function serve(
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => void,
): Promise<Loopback> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    if (request.method === "HEAD") return void response.end();
    asked.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
