/** Programs of other people on real nodes: each class alone, out of the packed package. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { programFromFile } from "../../lab/engine/program";
import { openStack, type LabStack } from "../../lab/engine/stack";
import { packAndUnpack, type Packed } from "../package/packed";
import { ContainerNodes, containerStack } from "./support/containers";
import { openEnvironment, root, say, type LabEnvironment } from "./support/environment";
import { Kubectl } from "./support/machine";

describe("a program that imports the package", function () {
  this.bail(true);
  this.timeout(900_000);
  let environment: LabEnvironment;
  let packed: Packed;
  let kubeconfig = "";
  const open: { stack: LabStack; nodes?: ContainerNodes }[] = [];

  before(async () => {
    environment = await openEnvironment("programs");
    packed = packAndUnpack();
    cpSync(join(root, "test", "e2e", "programs", "cluster.ts"), join(packed.folder, "cluster.ts"));
    process.env["PATH"] = `${dirname(environment.lab.kubectl)}:${process.env["PATH"] ?? ""}`;
  });

  after(async () => {
    for (const { stack } of [...open].reverse()) {
      await stack.destroy();
      await stack.close();
    }
    assert.deepEqual(
      open.flatMap(({ nodes }) => nodes?.left() ?? []).filter((line) => line !== ""),
      [],
    );
    packed?.remove();
    environment?.remove();
  });

  async function openProgram(
    name: string,
    file: string,
    given: {
      config: Record<string, unknown>;
      secrets?: Record<string, string>;
      nodes?: ContainerNodes;
    },
  ): Promise<LabStack> {
    given.nodes?.removeAll();
    const stack = await openStack({
      environment: name,
      stateDir: join(environment.stateDir, name),
      projectDir: packed.folder,
      pulumi: environment.lab.pulumi,
      program: programFromFile(join(packed.folder, file)),
      config: given.config,
      secrets: given.secrets ?? {},
      parallel: 4,
      print: say,
    });
    open.push({ stack, ...(given.nodes && { nodes: given.nodes }) });
    return stack;
  }

  const declared = (network: string, hosts: { controlPlanes: string[]; workers?: string[] }) => {
    const { artifacts, kubernetes, ...rest } = containerStack({
      network,
      ...hosts,
      lab: environment.lab,
    });
    return { artifacts, kubernetes, hosts: rest.hosts };
  };

  it("tunes one server with Host", async () => {
    const nodes = new ContainerNodes("build-1");
    const { artifacts, hosts } = declared("10.79.1", { controlPlanes: [], workers: ["build-1"] });
    const config = {
      "server:artifacts": artifacts,
      "server:host": hosts["build-1"],
      "server:kubelet": { failCgroupV1: false },
    };
    const stack = await openProgram("one", "one-server.ts", { config, nodes });
    await stack.up();
    const found = await nodes.run(
      "build-1",
      "sysctl -n net.core.somaxconn; systemctl is-active containerd; kubelet --version",
    );
    assert.match(found, /^16384\nactive\nKubernetes v1\.36\.\d+$/);
    assert.deepEqual(Object.keys((await stack.up()).counts), ["same"]);
  });

  it("makes a cluster with KubeadmCluster", async () => {
    const nodes = new ContainerNodes("edge");
    const { artifacts, kubernetes, hosts } = declared("10.79.2", {
      controlPlanes: ["cp-1"],
      workers: ["w-1"],
    });
    const config = {
      "cluster:artifacts": artifacts,
      "cluster:kubernetes": kubernetes,
      "cluster:hosts": hosts,
    };
    const stack = await openProgram("edge", "cluster.ts", { config, nodes });
    const { outputs } = await stack.up();
    kubeconfig = String(outputs["kubeconfig"]?.value);
    assert.equal(outputs["kubeconfig"]?.secret, true);
    const kubectl = new Kubectl(environment.lab.kubectl, kubeconfig);
    const ready = await kubectl.run("get", "nodes", "--no-headers");
    assert.match(ready, /^cp-1 +Ready .*\nw-1 +Ready /);
    kubectl.close();
    assert.deepEqual(Object.keys((await stack.up()).counts), ["same"]);
  });

  it("installs Istio by that kubeconfig alone, and knows that it injects", async () => {
    const stack = await openProgram("istio", "istio-on-kubeconfig.ts", {
      config: {
        "mesh:charts": {
          source: "directory",
          path: environment.lab.charts,
          hub: "docker.io/istio",
        },
      },
      secrets: { "mesh:kubeconfig": kubeconfig },
    });
    const { outputs } = await stack.up();
    assert.equal(outputs["revision"]?.value, "1-31-1");
    const kubectl = new Kubectl(environment.lab.kubectl, kubeconfig);
    const istiod = await kubectl.run("-n", "istio-system", "get", "deploy", "-o", "name");
    assert.match(istiod, /istiod-1-31-1/);
    kubectl.close();
    assert.deepEqual(Object.keys((await stack.up()).counts), ["same"]);
  });
});
