/**
 * `npm run bench -- by-hand`: three control planes and two workers by `up`, against kubeadm by hand on the same containers.
 *
 * By hand: the same settings and flannel out of ready-made files, and nobody who has to think. Root, minutes, an idle computer.
 */
import { dump, load } from "js-yaml";
import { parseStack } from "../../components/environment/parse";
import { planStack } from "../../components/environment/plan";
import { say } from "../e2e/support/environment";
import { FiveNodes } from "../e2e/support/five-nodes";

const name = "dev-by-hand";
const controlPlanes = ["cp-1", "cp-2", "cp-3"] as const;
const workers = ["w-1", "w-2"] as const;
const token = "abcdef.0123456789abcdef";
const certificateKey = "0".repeat(64);
const reset = `kubeadm reset -f --skip-phases=remove-etcd-member >/dev/null 2>&1 || true
rm -rf /var/lib/etcd/* /etc/cni/net.d/* /run/flannel; ip link delete flannel.1 2>/dev/null || true; ip link delete cni0 2>/dev/null || true
nft flush ruleset; mkdir -p /root/by-hand`;

async function main(): Promise<void> {
  const cluster = await FiveNodes.begin(name, { network: "10.83.0", controlPlanes, workers });
  try {
    const rows = [await byUp(cluster), await byHand(cluster)];
    process.stdout.write(`${rows.join("\n")}\n`);
  } finally {
    await cluster.end();
  }
}

/** From the first control plane's beginning to the last node's being Ready, as the engine saw it. */
async function byUp(cluster: FiveNodes): Promise<string> {
  const at: Record<string, number> = {};
  const stack = await cluster.open(cluster.declared, ({ name: step, began, ended }) => {
    at[`began ${step}`] = began;
    at[`ended ${step}`] = ended;
  });
  await stack.up();
  const span = (from: string, to: string): number => (at[to] ?? NaN) - (at[from] ?? NaN);
  const join = controlPlanes.map((node) => span(`began ${node}-join`, `ended ${node}-join`));
  return report("up", join, span("began cp-1-join", "ended cluster-nodes"));
}

async function byHand(cluster: FiveNodes): Promise<string> {
  const { nodes, declared } = cluster;
  const all = [...controlPlanes, ...workers];
  const documents = await settings(cluster);
  await Promise.all(all.map((node) => nodes.run(node, reset)));
  const address = (node: string): string => String(declared.hosts[node]?.["nodeAddress"]);
  const kubectl = "kubectl --kubeconfig /etc/kubernetes/admin.conf";
  const began = Date.now();
  const spans: number[] = [];
  const timed = async (node: string, script: string): Promise<void> => {
    const start = Date.now();
    await nodes.run(node, script);
    spans.push(Date.now() - start);
  };
  await timed(
    "cp-1",
    `${write("init.yaml", [initDocument(address("cp-1")), ...documents.init])}
     kubeadm init --config /root/by-hand/init.yaml --upload-certs >/root/by-hand/log 2>&1
     ${write("flannel.yaml", documents.flannel)}
     ${kubectl} apply -f /root/by-hand/flannel.yaml >/dev/null`,
  );
  const discovery = await nodes.run("cp-1", "cat /etc/kubernetes/admin.conf");
  const join = (node: string, controlPlane: boolean): string =>
    `${write("discovery.conf", [load(discovery) as object])}
     ${write("join.yaml", [joinDocument({ node, address: address(node), controlPlane })])}
     kubeadm join --config /root/by-hand/join.yaml >/root/by-hand/log 2>&1`;
  await Promise.all([
    ...workers.map((node) => nodes.run(node, join(node, false))),
    (async () => {
      for (const node of controlPlanes.slice(1)) await timed(node, join(node, true));
    })(),
  ]);
  await nodes.run("cp-1", `${kubectl} wait node --all --for=condition=Ready --timeout=5m`);
  return report("by hand", spans, Date.now() - began);
}

/** What `up` gave kubeadm, out of the cluster, and its manifest of flannel. */
async function settings(cluster: FiveNodes): Promise<{
  readonly init: readonly object[];
  readonly flannel: readonly object[];
}> {
  const { steps } = planStack({
    environment: name,
    config: parseStack(cluster.declared),
  }).kubernetes;
  const manifest = String(
    steps.find((step) => step.name === "cp-1-join")?.files["FLANNEL_MANIFEST"]?.content,
  );
  const stored = [
    ["kubeadm-config", "ClusterConfiguration"],
    ["kubelet-config", "kubelet"],
    ["kube-proxy", "config\\.conf"],
  ] as const;
  const init = stored.map(async ([map, key]) => {
    const script = `kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system get configmap ${map} -o jsonpath='{.data.${key}}'`;
    return load(await cluster.nodes.run("cp-1", script)) as object;
  });
  const flannel = manifest.split(/^---$/m).map((text) => load(text) as object);
  return { init: await Promise.all(init), flannel };
}

const apiVersion = "kubeadm.k8s.io/v1beta4";

function registration(address: string, node: string): object {
  return {
    name: node,
    criSocket: "unix:///run/containerd/containerd.sock",
    ignorePreflightErrors: ["SystemVerification"],
    kubeletExtraArgs: [{ name: "node-ip", value: address }],
  };
}

function initDocument(address: string): object {
  return {
    ...{ apiVersion, kind: "InitConfiguration", certificateKey },
    bootstrapTokens: [{ token, ttl: "1h0m0s", usages: ["signing", "authentication"] }],
    nodeRegistration: registration(address, "cp-1"),
    localAPIEndpoint: { advertiseAddress: address, bindPort: 6443 },
  };
}

function joinDocument(args: {
  readonly node: string;
  readonly address: string;
  readonly controlPlane: boolean;
}): object {
  const { node, address } = args;
  return {
    ...{ apiVersion, kind: "JoinConfiguration" },
    nodeRegistration: registration(address, node),
    discovery: {
      file: { kubeConfigPath: "/root/by-hand/discovery.conf" },
      tlsBootstrapToken: token,
    },
    ...(args.controlPlane && {
      controlPlane: {
        localAPIEndpoint: { advertiseAddress: address, bindPort: 6443 },
        certificateKey,
      },
    }),
  };
}

/** A script that writes these documents into a file. */
function write(file: string, documents: readonly object[]): string {
  const text = documents.map((document) => dump(document)).join("---\n");
  return `base64 -d >/root/by-hand/${file} <<<${Buffer.from(text).toString("base64")}`;
}

function report(title: string, spans: readonly number[], whole: number): string {
  const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 1000)} s`;
  const row = `${title}: control planes ${spans.map(seconds).join(", ")}; five nodes Ready ${seconds(whole)}`;
  say(row);
  return row;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
