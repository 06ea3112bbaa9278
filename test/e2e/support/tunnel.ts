/** A port of this computer through which operators reach an API server, as over an SSH tunnel. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface Tunnel {
  /** localhost:port */
  readonly address: string;
  close(): void;
}

export async function openTunnel(host: string, port: number): Promise<Tunnel> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, host);
    for (const end of [client, upstream]) {
      open.add(end);
      end.on("error", () => end.destroy());
      end.on("close", () => {
        open.delete(end);
        (end === client ? upstream : client).destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await once(server.listen(0, "localhost"), "listening");
  return {
    address: `localhost:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const end of open) end.destroy();
    },
  };
}
