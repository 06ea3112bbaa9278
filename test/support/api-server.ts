import * as child_process from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type * as net from "node:net";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { ensureTool } from "../../lab/toolchain";

/** A real API server with its own etcd and a few controllers on loopback; no pod ever runs on it. */
export interface ApiServer {
  readonly kubeconfig: string;
  /** One request as an administrator; `body` as JSON. Undefined for what is not there. */
  request(call: {
    readonly method?: string;
    readonly path: string;
    readonly body?: unknown;
    readonly contentType?: string;
  }): Promise<Answer | undefined>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

const token = "classified-administrator";

/** Starts both in `directory` on free ports. Takes about 10 seconds. */
export async function startApiServer(directory: string): Promise<ApiServer> {
  const [client, peer, port] = await freePorts(3);
  const file = (name: string): string => path.join(directory, name);
  fs.writeFileSync(file("tokens.csv"), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  child_process.execFileSync("openssl", ["genrsa", "-out", file("accounts.key"), "2048"], quiet);
  const etcd = start(await ensureTool("etcd"), {
    log: file("etcd.log"),
    args: [
      `--data-dir=${file("etcd")}`,
      `--listen-client-urls=http://127.0.0.1:${client}`,
      `--advertise-client-urls=http://127.0.0.1:${client}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      "--unsafe-no-fsync",
    ],
  });
  const server = start(await ensureTool("kube-apiserver"), {
    log: file("kube-apiserver.log"),
    args: [
      `--etcd-servers=http://127.0.0.1:${client}`,
      `--secure-port=${port}`,
      "--bind-address=127.0.0.1",
      `--cert-dir=${file("certificates")}`,
      `--token-auth-file=${file("tokens.csv")}`,
      "--authorization-mode=RBAC",
      `--service-account-key-file=${file("accounts.key")}`,
      `--service-account-signing-key-file=${file("accounts.key")}`,
      "--service-account-issuer=https://127.0.0.1",
      "--service-cluster-ip-range=10.0.0.0/24",
      // No controller makes the account that pods and this plugin expect.
      "--disable-admission-plugins=ServiceAccount",
    ],
  });
  const url = `https://127.0.0.1:${port}`;
  await answering(url, [etcd, server], directory);
  const authority = fs.readFileSync(path.join(file("certificates"), "apiserver.crt"));
  const kubeconfig = kubeconfigOf(url, authority);
  fs.writeFileSync(file("kubeconfig"), kubeconfig, { mode: 0o600 });
  const controllers = start(await ensureTool("kube-controller-manager"), {
    log: file("kube-controller-manager.log"),
    args: [
      `--kubeconfig=${file("kubeconfig")}`,
      "--controllers=garbage-collector-controller,deployment-controller,replicaset-controller",
      "--leader-elect=false",
      "--secure-port=0",
    ],
  });
  return {
    kubeconfig,
    request: (call) => request(url, call),
    stop: async () => {
      for (const child of [controllers, server, etcd]) await stop(child);
    },
  };
}

const quiet = { stdio: "ignore" } as const;

function start(
  program: string,
  { args, log }: { readonly args: readonly string[]; readonly log: string },
): child_process.ChildProcess {
  const output = fs.openSync(log, "a");
  const child = child_process.spawn(program, args, { stdio: ["ignore", output, output] });
  fs.closeSync(output);
  return child;
}

async function stop(child: child_process.ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

async function answering(
  url: string,
  children: readonly child_process.ChildProcess[],
  directory: string,
): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const gone = children.find((child) => child.exitCode !== null);
    if (gone !== undefined) throw new Error(`${gone.spawnfile} ended, see ${directory}`);
    const ready = await request(url, { path: "/readyz" }).catch(() => undefined);
    const found = await request(url, { path: "/api/v1/namespaces/default" }).catch(() => undefined);
    if (ready !== undefined && found !== undefined) return;
    await delay(200);
  }
  throw new Error(`the API server is not ready after 2 minutes, see ${directory}`);
}

function kubeconfigOf(server: string, authority: Buffer): string {
  const data = authority.toString("base64");
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    clusters: [{ name: "test", cluster: { server, "certificate-authority-data": data } }],
    users: [{ name: "admin", user: { token } }],
  });
}

function request(
  url: string,
  call: Parameters<ApiServer["request"]>[0],
): Promise<Answer | undefined> {
  const { method = "GET", contentType = "application/merge-patch+json", body } = call;
  const headers = { authorization: `Bearer ${token}`, "content-type": contentType };
  return new Promise((resolve, reject) => {
    const sent = https.request(
      `${url}${call.path}`,
      { method, headers, rejectUnauthorized: false },
      (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => {
          if (response.statusCode === 404) {
            resolve(undefined);
            return;
          }
          if ((response.statusCode ?? 500) < 400) {
            resolve(parse(text));
            return;
          }
          reject(new Error(`${method} ${call.path}: ${text}`));
        });
      },
    );
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parse(text: string): Answer {
  return text.startsWith("{") ? (JSON.parse(text) as Answer) : {};
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => http.createServer());
  const ports = servers.map(
    (server) =>
      new Promise<number>((resolve) => {
        server.listen(0, "127.0.0.1", () => resolve((server.address() as net.AddressInfo).port));
      }),
  );
  const found = await Promise.all(ports);
  await Promise.all(
    servers.map((server) => new Promise((resolve) => server.close(() => resolve(undefined)))),
  );
  return found;
}
