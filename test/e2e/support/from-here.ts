/** What this computer is told at an address of a cluster's gateway. */
import { get } from "node:http";

/** Status and body of a server's /debug at port 80, under this name; the error where nobody answers. */
export function askFromHere({ address, host }: Door): Promise<string> {
  return new Promise((resolve) => {
    const options = { host: address, path: "/debug", headers: { host }, timeout: 5000 };
    const request = get(options, (response) => {
      let text = `${response.statusCode} `;
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve(text));
    });
    request.on("timeout", () => request.destroy(new Error("no answer in 5 s")));
    request.on("error", (error) => resolve(error.message));
  });
}

interface Door {
  readonly address: string;
  readonly host: string;
}
