/** Cases of a cluster whose first worker has a volume `data` of 1 GiB. */
import assert from "node:assert/strict";
import { releases } from "../../../components/releases/releases";
import type { KubernetesObject } from "../../../components/steps/step";
import type { FiveNodes } from "./five-nodes";
import type { Kubectl } from "./machine";
import type { Stack } from "./nodes";

const where = ["-n", "default"];
const volume = "w-1.data";

const claim: KubernetesObject = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "kept", namespace: "default" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};

/** Every node has it, and it brings a shell. */
const image = `registry.k8s.io/kube-proxy:v${releases["2026.1"].kubernetes}`;
const shell = ["/usr/bin/busybox", "sh", "-c"];

/** Notes once when it first began. */
const writer: KubernetesObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "writer", namespace: "default" },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: "writer",
        image,
        imagePullPolicy: "Never",
        command: [
          ...shell,
          "[ -e /data/first ] || busybox date +%s >/data/first; exec busybox sleep 3600",
        ],
        env: [{ name: "PATH", value: "/usr/bin" }],
        volumeMounts: [{ name: "data", mountPath: "/data" }],
      },
    ],
    volumes: [{ name: "data", persistentVolumeClaim: { claimName: "kept" } }],
  },
};

export function itKeepsVolumes(of: () => FiveNodes): void {
  const inPod = (kubectl: Kubectl, script: string) =>
    kubectl.answer(...where, "exec", "writer", "--", ...shell, script);

  async function start(kubectl: Kubectl): Promise<string> {
    await kubectl.apply([claim, writer]);
    await kubectl.run(...where, "wait", "pod/writer", "--for=condition=Ready", "--timeout=2m");
    return (await inPod(kubectl, "busybox cat /data/first")).stdout;
  }

  it("give a claim without a class the volume of a worker, and its pod that node", async () => {
    const { kubectl } = of();
    assert.notEqual(await start(kubectl), "");
    const path = "{.status.phase} {.spec.claimRef.name} {.spec.capacity.storage}";
    const found = await kubectl.run("get", "pv", volume, "-o", `jsonpath=${path}`);
    assert.equal(found, "Bound kept 1Gi");
    const node = ["get", "pod", "writer", "-o", "jsonpath={.spec.nodeName}"];
    assert.equal(await kubectl.run(...where, ...node), "w-1");
  });

  it("let the pod fill its volume and nothing else", async () => {
    const { kubectl, nodes } = of();
    const free = async (): Promise<number> =>
      Number(await nodes.run("w-1", "df -Pm /var | awk 'NR == 2 { print $4 }'"));
    const before = await free();
    const { error } = await inPod(kubectl, "busybox dd if=/dev/zero of=/data/big bs=1M count=1100");
    assert.match(error, /No space left on device/);
    // The file behind the disk is on this computer, which is the node's own disk too.
    assert.ok(before - (await free()) < 1400);
    await inPod(kubectl, "busybox rm /data/big");
  });

  it("keep what a pod wrote for the next one", async () => {
    const { kubectl } = of();
    const { stdout: first } = await inPod(kubectl, "busybox cat /data/first");
    await kubectl.run(...where, "delete", "pod", "writer");
    assert.equal(await start(kubectl), first);
  });
}

/** The case of an addon with one claim in the namespace `monitoring`. */
export function itIsInstalledOnAVolume(of: () => FiveNodes, declared: () => Stack): void {
  it("is installed on a volume of a node, and has nothing to change on the second run", async () => {
    const cluster = of();
    await cluster.up(declared());
    const { changes } = await cluster.stack.preview({ refresh: true });
    assert.deepEqual(changes, []);
    const claims = ["-n", "monitoring", "get", "pvc", "-o", "jsonpath={.items[*].status.phase}"];
    assert.equal(await cluster.kubectl.run(...claims), "Bound");
  });
}
