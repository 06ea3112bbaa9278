/** A cluster on container nodes that tests declare again and again, one stack open at a time. */
import assert from "node:assert/strict";
import { parseStack } from "../../../components/environment/parse";
import { sshKeyPair } from "../../../components/host/ssh-key";
import { deriveKeyBase64 } from "../../../components/text/derive-key";
import { boundedRun } from "../../../components/verify/kubectl";
import type { ImageSet } from "../../../components/host/artifacts";
import type { LabStack, StackRequest } from "../../../lab/engine/stack";
import { expectedMesh, verifyMesh } from "../../../stacks/verify";
import { ContainerNodes, containerStack, type ContainerStackArgs } from "./containers";
import { openEnvironment, say, type LabEnvironment } from "./environment";
import { Kubectl } from "./machine";
import type { Stack } from "./nodes";
import { watchProcesses } from "./processes";
import { readSecret, type ExportedState } from "./state";

type Up = Parameters<LabStack["up"]>[0];
type OnDone = StackRequest["onDone"];

interface BeginArgs extends Omit<ContainerStackArgs, "lab"> {
  /** Images besides those of every bundle. */
  readonly sets?: readonly ImageSet[];
}

export class FiveNodes {
  private current: LabStack | undefined;
  private asked: Kubectl | undefined;
  /** What was printed so far. */
  readonly lines: string[] = [];
  private readonly processes = watchProcesses();

  private constructor(
    readonly environment: LabEnvironment,
    readonly nodes: ContainerNodes,
    readonly declared: Stack,
  ) {}

  /** Prepares the lab and removes what an earlier run left of this environment; makes no node yet. */
  static async begin(name: string, { sets, ...args }: BeginArgs): Promise<FiveNodes> {
    const environment = await openEnvironment(name, sets);
    const nodes = new ContainerNodes(name);
    nodes.removeAll();
    const { lab } = environment;
    return new FiveNodes(environment, nodes, containerStack({ ...args, lab }));
  }

  get stack(): LabStack {
    assert.ok(this.current, "a stack is open");
    return this.current;
  }

  /** With the kubeconfig of the last `up`. */
  get kubectl(): Kubectl {
    assert.ok(this.asked, "the cluster is up");
    return this.asked;
  }

  async open(next: Stack, onDone?: OnDone): Promise<LabStack> {
    await this.current?.close();
    const keep = (line: string): number => this.lines.push(line);
    this.current = await this.environment.open(next, { keep, ...(onDone && { onDone }) });
    return this.current;
  }

  async up(next: Stack, options: Up = {}) {
    const { counts, outputs } = await (await this.open(next)).up(options);
    this.ask(String(outputs["kubeconfig"]?.value));
    return { counts, outputs };
  }

  private ask(kubeconfig: string): void {
    if (this.asked?.text === kubeconfig) return;
    this.asked?.close();
    this.asked = new Kubectl(this.environment.lab.kubectl, kubeconfig);
  }

  /** The words of an `up` that must fail. */
  async refusal(next: Stack, options: Up = {}): Promise<string> {
    return failureOf((await this.open(next)).up(options));
  }

  /** The words of a preview that must fail. */
  async refusedPreview(next: Stack): Promise<string> {
    return failureOf((await this.open(next)).preview());
  }

  /** Names of the resources that a preview changes, sorted. */
  async changed(next: Stack): Promise<readonly string[]> {
    const { changes } = await (await this.open(next)).preview();
    return changes.map(({ urn }) => urn.split("::").at(-1) ?? "").sort();
  }

  /** The report of verify on a mesh, in which nothing failed. */
  async verified(declared: Stack): Promise<string> {
    const { name: environment, lab } = this.environment;
    const programs = { ...lab, kubeconfig: this.kubectl.kubeconfig };
    const expected = expectedMesh(environment, parseStack(declared));
    const args = { environment, expected, programs, json: false };
    const { text, exitCode } = await verifyMesh({ ...args, run: boundedRun(4) });
    assert.equal(exitCode, 0, text);
    return text;
  }

  /** Names of etcd's members that have started, sorted. */
  async etcdMembers(): Promise<readonly string[]> {
    const members = await this.kubectl.run(
      ...["-n", "kube-system", "exec", "etcd-cp-1", "--", "etcdctl", "member", "list"],
      ...["--cacert=/etc/kubernetes/pki/etcd/ca.crt", "--cert=/etc/kubernetes/pki/etcd/server.crt"],
      "--key=/etc/kubernetes/pki/etcd/server.key",
    );
    const rows = members.split("\n").map((row) => row.split(", "));
    return rows
      .map(([, status, name = ""]) => (status === "started" ? name : `${name} ${status}`))
      .sort();
  }

  /** Secrets that exist only while nodes join. */
  async joiningSecrets(): Promise<readonly string[]> {
    const names = await this.kubectl.run("-n", "kube-system", "get", "secrets", "-o", "name");
    return names.split("\n").filter((name) => /bootstrap-token|kubeadm-certs/.test(name));
  }

  state(): Promise<ExportedState> {
    return this.stack.exportState({ showSecrets: true });
  }

  /** The same hosts as somebody would declare them who knows nothing of the state that made them. */
  async asServers(): Promise<Stack> {
    const hosts: Stack["hosts"] = {};
    const state = await this.state();
    for (const [name, host] of Object.entries(this.declared.hosts)) {
      const { image: _image, bundle: _bundle, volumes = {}, nodeAddress, ...rest } = host;
      const disks = Object.entries(volumes as Record<string, object>).map(
        ([volume, size]) => [volume, { device: `/dev/nordmesh/${volume}`, ...size }] as const,
      );
      const hostKey = sshKeyPair(deriveKeyBase64(readSecret(state, `${name}-host-key`))).publicKey;
      hosts[name] = {
        ...rest,
        source: "existing",
        address: nodeAddress,
        hostKey,
        volumes: Object.fromEntries(disks),
      };
    }
    return { ...this.declared, hosts };
  }

  /** Every command line of this computer so far, its nodes' included. */
  get commandLines(): string {
    return this.processes.seen();
  }

  /** Removes all of it; a killed run leaves nodes even where no later run was begun. */
  async end(): Promise<void> {
    this.processes.stop();
    this.asked?.close();
    await this.current?.destroy().catch(say);
    await this.current?.close();
    this.nodes.removeAll();
    this.environment.remove();
  }
}

/** The words that a promise is rejected with. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error, "it fails");
  return error.message;
}
