/** Environments of many nodes: systemd containers on this computer, from the bundle of the lab. */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ImageSet } from "../../../components/host/artifacts";
import { containerNetwork, containerScripts } from "../../../components/host/machines";
import { shellText } from "../../../components/steps/script";
import type { WholeLab } from "../../../lab/prepare";
import { runIn } from "./machine";
import type { Stack } from "./nodes";

export interface ContainerStackArgs {
  /** First three numbers of the nodes' /24, which no other environment of this computer has. */
  readonly network: string;
  /** Names; their addresses end in .11, .12, … */
  readonly controlPlanes: readonly string[];
  /** Names; their addresses end in .21, .22, … */
  readonly workers?: readonly string[];
  /** GiB of the volumes of some of them, by host and volume. */
  readonly volumes?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly lab: WholeLab;
}

/** A computer that also builds and tests is slower than any server that would be taken. */
const preflight = {
  minVirtualCpus: 2,
  minDiskFreeMiB: 4096,
  warnStealPercent: 99,
  refuseStealPercent: 100,
  maxFsyncMilliseconds: 500,
};

/** Of the kernel, the control groups and the disk of this computer, which nodes share with all else here. */
const kubelet = {
  failCgroupV1: false,
  protectKernelDefaults: false,
  // By default a kubelet deletes images, which a bundle brings only once, when 15 % of the disk are left.
  imageGCHighThresholdPercent: 100,
  evictionHard: {
    "imagefs.available": "1Gi",
    "memory.available": "100Mi",
    "nodefs.available": "1Gi",
  },
};

/** `nordmesh:stack` as plain data, without a mesh, to be varied by a test. */
export function containerStack(args: ContainerStackArgs): Stack {
  const { network, controlPlanes, workers = [], volumes = {}, lab } = args;
  const host = (name: string, role: string, nodeAddress: string): Stack["hosts"][string] => ({
    source: "container",
    image: lab.tree,
    bundle: lab.bundle.dir,
    role,
    nodeAddress,
    preflight,
    ...(name in volumes && {
      volumes: Object.fromEntries(
        Object.entries(volumes[name] ?? {}).map(([volume, sizeGiB]) => [volume, { sizeGiB }]),
      ),
    }),
  });
  return {
    release: "2026.1",
    artifacts: {
      source: "bundle",
      path: "/media/nordmesh",
      manifestSha256: lab.bundle.manifestSha256,
    },
    kubernetes: { kubelet },
    ...(args.volumes !== undefined && { storage: {} }),
    hosts: Object.fromEntries<Stack["hosts"][string]>([
      ...controlPlanes.map(
        (name, index) => [name, host(name, "control-plane", `${network}.${11 + index}`)] as const,
      ),
      ...workers.map(
        (name, index) => [name, host(name, "worker", `${network}.${21 + index}`)] as const,
      ),
    ]),
  };
}

/** The nodes of an environment from beside them: without SSH, and without what the stack knows. */
export class ContainerNodes {
  /** Interface of this computer, and namespace of its switch. */
  readonly network: string;

  constructor(environment: string) {
    this.network = containerNetwork(`nordmesh/${environment}`);
  }

  /** Runs a script as root on a node; rejects with its output when it fails. */
  run(name: string, script: string): Promise<string> {
    const leader = String(this.leader(name));
    return runIn(["nsenter", "--target", leader, "--all", "bash", "-s"], script);
  }

  /** Port range and tcp_tw_reuse in the network namespace of each pod of a node. */
  async podKernelValues(name: string): Promise<readonly string[]> {
    const values = "net.ipv4.ip_local_port_range net.ipv4.tcp_tw_reuse";
    const read = `for pod in /run/netns/*; do nsenter --net=$pod sysctl -n ${values} | xargs; done`;
    return (await this.run(name, read)).split("\n");
  }

  /** Gives a node an image of its bundle that belongs to a section nobody declares. */
  async importImage(node: string, set: ImageSet, image: string): Promise<void> {
    const archive = `/media/nordmesh/images/${set}/${image}.tar`;
    await this.run(node, `ctr -n k8s.io images import ${archive} >&2`);
  }

  /** Gives a node an image of this computer: an archive as `docker save` or `skopeo` write it. */
  async importArchive(node: string, archive: string): Promise<void> {
    const file = "/var/tmp/given-image.tar";
    copyFileSync(archive, `/proc/${this.leader(node)}/root${file}`);
    await this.run(node, `ctr -n k8s.io images import ${file} >&2; rm ${file}`);
  }

  /** Removes what a run left behind that nobody tidied up after. */
  removeAll(): void {
    const state = process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state");
    const directory = join(state, "nordmesh", "containers", this.network);
    if (!existsSync(directory)) return;
    const names = readdirSync(directory).filter((name) => !name.startsWith("."));
    for (const name of names) this.verb("remove", name);
  }

  /** Ends a node for good, with its disk. */
  remove(name: string): void {
    this.verb("remove", name);
  }

  /** Interfaces, namespaces, mounts, processes and loop devices of this environment that are still there. */
  left(): string {
    const questions = [
      "ip -o link",
      "ip netns",
      "cat /proc/mounts",
      "ps -eo args",
      "losetup -a",
    ].join("; ");
    const script = `(${questions}) | grep -F ${this.network} | grep -v grep || true`;
    return execFileSync("bash", ["-c", script], { encoding: "utf8" }).trim();
  }

  /** The process that is the node's init. */
  private leader(name: string): number {
    const { leader } = JSON.parse(this.verb("status", name)) as { readonly leader: number };
    if (leader === 0) throw new Error(`container ${name} does not run`);
    return leader;
  }

  private verb(verb: string, name: string): string {
    return execFileSync("bash", ["-s", "--", verb], {
      env: { ...process.env, CONTAINER_NAME: name, CONTAINER_NETWORK: this.network },
      encoding: "utf8",
      input: shellText(containerScripts),
      stdio: ["pipe", "pipe", "inherit"],
    });
  }
}
