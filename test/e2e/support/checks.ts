/** What a live node must show, compared with what was planned. */
import assert from "node:assert/strict";
import type { KernelPlan } from "../../../components/host/kernel";
import type { Shell } from "./machine";

/** Reads every sysctl of the plan back; a floor may be higher than declared. */
export async function assertKernel(shell: Shell, kernel: KernelPlan): Promise<void> {
  const names = Object.keys(kernel.sysctls);
  const output = await shell.run(`for name in ${names.join(" ")}; do sysctl "$name"; done`);
  const live = Object.fromEntries(
    output.split("\n").map((line) => {
      const [name = "", value = ""] = line.split(" = ");
      return [name, value.replaceAll("\t", " ")];
    }),
  );
  for (const floor of kernel.floors) {
    assert.ok(Number(live[floor]) >= Number(kernel.sysctls[floor]), `${floor} = ${live[floor]}`);
    live[floor] = kernel.sysctls[floor] ?? "";
  }
  assert.deepEqual(live, { ...kernel.sysctls });
  const loaded = (await shell.run("ls /sys/module")).split("\n");
  const missing = kernel.modules.filter((module) => !loaded.includes(module));
  assert.deepEqual(missing, [], "modules not loaded");
  const limits = await shell.run(
    "for unit in containerd kubelet; do systemctl show -p LimitNOFILE --value $unit; done",
  );
  assert.deepEqual(limits.split("\n"), [String(kernel.openFiles), String(kernel.openFiles)]);
}

/** Everything nordmesh may leave on a host; one line each for what is still there. */
const leftovers = `
for path in /etc/kubernetes /var/lib/kubelet /var/lib/etcd /etc/cni /opt/cni /var/lib/containerd \\
  /run/containerd /etc/containerd /var/lib/nordmesh /var/lib/cni /var/cache/nordmesh /etc/crictl.yaml \\
  /etc/sysctl.d/99-zz-nordmesh.conf /etc/modules-load.d/nordmesh.conf /etc/ssh/sshd_config.d/10-nordmesh.conf \\
  /etc/systemd/system/kubelet.service /etc/systemd/system/containerd.service \\
  /usr/local/bin/kubelet /usr/local/bin/kubeadm /usr/local/bin/kubectl /usr/local/bin/containerd /usr/local/sbin/runc; do
  [ ! -e "$path" ] || echo "file $path"
done
ps -eo comm= | grep -E '^(kube|etcd|containerd|coredns)' | sed 's/^/process /' || true
grep -E 'kubelet|containerd|netns/cni' /proc/mounts | sed 's/^/mount /' || true
nft list tables | grep -E 'kube|cni|flannel' | sed 's/^/nft /' || true
iptables-save 2>/dev/null | grep -E 'KUBE|CNI' | sed 's/^/iptables /' || true
ip -br link | grep -E 'cni|veth|flannel' | sed 's/^/link /' || true
systemctl list-units --all --no-legend 'kubelet*' 'containerd*' 'nordmesh*' | grep -v not-found | sed 's/^/unit /' || true
`;

export async function assertClean(shell: Shell): Promise<void> {
  assert.equal(await shell.run(leftovers), "", "left behind on the host");
}

/** Forms in which a secret could leak. */
function forms(secret: string): readonly string[] {
  const text = Buffer.from(secret);
  return [secret, text.toString("base64").replace(/=+$/, ""), text.toString("hex")].filter(
    (form) => form.length > 5,
  );
}

/** Names of the texts that hold one of the secrets in any form. */
export function findLeaks(
  secrets: Readonly<Record<string, string>>,
  texts: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(secrets).flatMap(([secret, value]) =>
    Object.entries(texts)
      .filter(([, text]) => forms(value).some((form) => text.includes(form)))
      .map(([text]) => `${secret} in ${text}`),
  );
}
