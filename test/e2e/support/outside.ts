/** A network beside the nodes': servers that pods of a cluster may or may not reach, and the names they have. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureTool } from "../../../lab/toolchain";
import type { Kubectl } from "./machine";
import { Workloads } from "./workload";

export interface OutsideArgs {
  /** Namespace of the nodes' bridge, `switch`. */
  readonly network: string;
  /** Each server's address on the nodes' /24, by name. */
  readonly servers: Readonly<Record<string, string>>;
  /** Address of the server for names, which knows those above. */
  readonly dns: string;
}

/** Port of every server, HTTP. */
export const outsidePort = 8080;

/** Servers in a network namespace of their own on the nodes' bridge; asks for root. */
export class Outside {
  private readonly processes: ChildProcess[] = [];
  private readonly directory = mkdtempSync(join(tmpdir(), "nordmesh-outside-"));
  private readonly namespace: string;

  private constructor(private readonly args: OutsideArgs) {
    this.namespace = `${args.network}-out`;
  }

  static async begin(args: OutsideArgs): Promise<Outside> {
    const outside = new Outside(args);
    const [fortio, coredns] = [await ensureTool("fortio"), await ensureTool("coredns")];
    outside.makeNamespace();
    const unused = ["grpc", "redirect", "tcp", "udp"].flatMap((kind) => [
      `-${kind}-port`,
      "disabled",
    ]);
    outside.start(fortio, ["server", "-http-port", `:${outsidePort}`, ...unused]);
    const rows = Object.entries(args.servers).map(([name, address]) => `${address} ${name}`);
    const corefile = join(outside.directory, "Corefile");
    writeFileSync(
      corefile,
      `. {\n  bind ${args.dns}\n  log\n  hosts {\n    ${rows.join("\n    ")}\n  }\n}\n`,
    );
    outside.start(coredns, ["-conf", corefile]);
    return outside;
  }

  /** Every server speaks TLS on port 443 too, with a certificate that nobody signed. */
  answerTls(): void {
    const key = join(this.directory, "key.pem");
    const certificate = join(this.directory, "cert.pem");
    const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=outside"];
    execFileSync("openssl", [...made, "-keyout", key, "-out", certificate], {
      stdio: "ignore",
    });
    const files = ["-key", key, "-cert", certificate];
    this.start("openssl", ["s_server", "-accept", "443", "-www", ...files]);
  }

  /** Whoever asks a cluster's DNS for names of elsewhere hears of these servers. */
  async becomeResolver(kubectl: Kubectl): Promise<void> {
    const config = await kubectl.run("-n", "kube-system", "get", "cm", "coredns", "-o", "json");
    const { data } = JSON.parse(config) as { data: { Corefile: string } };
    const forward = `forward . ${this.args.dns}`;
    const Corefile = data.Corefile.replace("forward . /etc/resolv.conf", forward);
    await kubectl.run(
      ...["-n", "kube-system", "patch", "cm", "coredns", "--type=merge"],
      ...["-p", JSON.stringify({ data: { Corefile } })],
    );
    await kubectl.run("-n", "kube-system", "rollout", "restart", "deployment/coredns");
    await new Workloads(kubectl, "kube-system").ready("coredns");
  }

  /** BIRD as the router of a BGP session: what nodes announce to it, it sends them. */
  becomeRouter(peer: {
    /** Its own, among those of the servers. */
    readonly address: string;
    readonly asn: number;
    readonly nodesAsn: number;
  }): void {
    const { address, asn, nodesAsn } = peer;
    const nodes = `${address.replace(/\.\d+$/, "")}.0/24`;
    const config = join(this.directory, "bird.conf");
    writeFileSync(
      config,
      [
        `router id ${address};`,
        "protocol device {}",
        "protocol kernel { merge paths on; ipv4 { import none; export all; }; }",
        `protocol bgp { local ${address} as ${asn}; neighbor range ${nodes} as ${nodesAsn};`,
        '  passive; dynamic name "node"; ipv4 { import all; export none; }; }',
        "",
      ].join("\n"),
    );
    this.start("bird", ["-f", "-c", config, "-s", join(this.directory, "bird.ctl")]);
  }

  /** Addresses of the nodes by which packets to an address go. */
  nextHops(address: string): readonly string[] {
    const found = this.ask("ip", "route", "show", `${address}/32`);
    return [...found.matchAll(/via ([\d.]+)/g)].map(([, hop = ""]) => hop).sort();
  }

  /** Runs a program in the outside's network; what it prints, also where it fails. */
  ask(...words: readonly string[]): string {
    const [program = "", ...rest] = words;
    try {
      return execFileSync("ip", ["netns", "exec", this.namespace, program, ...rest], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    } catch (error) {
      const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
      return `${stdout}${stderr}`;
    }
  }

  end(): void {
    for (const one of this.processes) one.kill("SIGKILL");
    this.removeNamespace();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private makeNamespace(): void {
    const { network, servers, dns } = this.args;
    this.removeNamespace();
    ip("netns", "add", this.namespace);
    // The nodes' bridge is in a namespace of its own.
    const among = (...words: readonly string[]): void => ip("-n", network, "link", ...words);
    among("add", "outside", "type", "veth", "peer", "name", "eth0", "netns", this.namespace);
    among("set", "outside", "master", "switch", "up");
    const within = (...words: readonly string[]): void => ip("-n", this.namespace, ...words);
    within("link", "set", "lo", "up");
    within("link", "set", "eth0", "up");
    for (const address of [...Object.values(servers), dns]) {
      within("address", "add", `${address}/24`, "dev", "eth0");
    }
  }

  private removeNamespace(): void {
    try {
      ip("netns", "delete", this.namespace);
    } catch {
      // There is none.
    }
  }

  private start(program: string, args: readonly string[]): void {
    const words = ["netns", "exec", this.namespace, program, ...args];
    this.processes.push(spawn("ip", words, { stdio: "ignore" }));
  }
}

function ip(...words: readonly string[]): void {
  execFileSync("ip", words, { stdio: ["ignore", "ignore", "pipe"] });
}
