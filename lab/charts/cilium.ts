/** Cilium's objects as its chart makes them: what the product keeps a copy of. */
import * as fs from "node:fs";
import * as path from "node:path";
import { loadAll } from "js-yaml";
import { releases } from "../../components/releases/releases";
import { ensureTool, moduleDirectory } from "../toolchain";
import { capture } from "../toolchain/process";

/** What differs from the chart's defaults; a cluster's own values are put in by the product. */
export const CILIUM_VALUES = {
  // Istio's node agent adds its plug-in to the same folder and the same file.
  cni: { exclusive: false, configMap: "cilium-cni-configuration" },
  // Names in policies are answered by the agent itself; nothing here asks for a proxy of HTTP.
  envoy: { enabled: false },
  hubble: { enabled: false },
  ipam: { mode: "kubernetes" },
  ipv6: { enabled: false },
  k8sServiceHost: "API_SERVER_HOST",
  k8sServicePort: "API_SERVER_PORT",
  kubeProxyReplacement: "false",
  // Sidecars must see a Service's own address, and ambient's probes come from an address of the link.
  socketLB: { enabled: false, hostNamespaceOnly: true },
  bpf: { masquerade: false },
  // A container as a node lacks one capability of the chart's list, and a container cannot be given more than its node has.
  securityContext: { privileged: true },
  image: { override: "AGENT_IMAGE" },
  podAnnotations: { "nordmesh.io/settings": "SETTINGS_DIGEST" },
  resources: { requests: { cpu: "100m", memory: "256Mi" } },
  operator: {
    image: { override: "OPERATOR_IMAGE" },
    podAnnotations: { "nordmesh.io/settings": "SETTINGS_DIGEST" },
    resources: { requests: { cpu: "25m", memory: "64Mi" } },
  },
} as const;

/** Every object of the chart of the pinned release, with further values. Needs Helm and the module. */
export async function renderCilium(
  kubernetesVersion: string,
  values: Readonly<Record<string, string>> = {},
): Promise<readonly object[]> {
  const module = await moduleDirectory({ group: "cilium", module: "github.com/cilium/cilium" });
  const printed = await capture({
    command: await ensureTool("helm"),
    args: [
      ...["template", "cilium", path.join(module, "install", "kubernetes", "cilium")],
      ...["--namespace", "kube-system", "--kube-version", kubernetesVersion],
      ...["--set-json", JSON.stringify({ ...CILIUM_VALUES, ...values })],
    ],
  });
  if (printed === undefined) throw new Error("helm cannot render the chart of Cilium");
  return (loadAll(printed) as (object | null)[]).filter((one) => one !== null);
}

/** `npx tsx lab/charts/cilium.ts`: writes the product's copy anew, after a change of the release or of the values. */
async function main(): Promise<void> {
  const file = path.join(__dirname, "../../components/kubernetes/networks/cilium.json");
  const { kubernetes } = releases["2026.1"];
  fs.writeFileSync(file, `${JSON.stringify(await renderCilium(kubernetes), null, 2)}\n`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
