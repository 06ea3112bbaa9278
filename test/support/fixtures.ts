/** Builders of small valid configurations, each with one place to override. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { stackOfFile } from "../../stacks/file";
import { parseStack } from "../../components/environment/parse";
import { planStack, type StackPlan } from "../../components/environment/plan";

export const root = join(__dirname, "..", "..");

export const hostKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAs3batPj7JFZZ+KJXF1eckNiDw4uax3RJafmTy8aPGt";

export type Fields = Readonly<Record<string, unknown>>;

/** An existing control plane that runs kubeadm init. */
export function controlPlane(overrides: Fields = {}): Fields {
  const role = { role: "control-plane", bootstrap: true };
  return { source: "existing", address: "192.0.2.11", hostKey, ...role, ...overrides };
}

/** An existing worker. */
export function worker(overrides: Fields = {}): Fields {
  return { source: "existing", address: "192.0.2.21", hostKey, role: "worker", ...overrides };
}

/** A machine on this computer. */
export function localHost(overrides: Fields = {}): Fields {
  const ports = { sshPort: 28501, apiPort: 28502, nodeAddress: "10.77.0.11" };
  const role = { role: "control-plane", bootstrap: true };
  return { source: "local", image: "/srv/image", ...role, ...ports, ...overrides };
}

/** A container on this computer. */
export function containerHost(overrides: Fields = {}): Fields {
  const role = { role: "control-plane", bootstrap: true, nodeAddress: "10.78.0.11" };
  return { source: "container", image: "~/tree", ...role, ...overrides };
}

/** A machine on a hypervisor. */
export function libvirtHost(overrides: Fields = {}): Fields {
  return {
    source: "libvirt",
    role: "control-plane",
    bootstrap: true,
    address: "192.0.2.41",
    gateway: "192.0.2.1",
    nameservers: ["192.0.2.53"],
    hypervisor: { address: "kvm-1.example.net", hostKey, bridge: "br0" },
    image: { url: "https://example.net/debian-13.qcow2", sha256: "ab".repeat(32) },
    ...overrides,
  };
}

/** One control plane and one worker. */
export function stack(overrides: Fields = {}): Fields {
  return {
    release: "2026.1",
    kubernetes: { endpoint: "api.example.net:6443" },
    hosts: { "cp-1": controlPlane(), "worker-1": worker() },
    ...overrides,
  };
}

export function planOf(raw: unknown, environment = "test"): StackPlan {
  return planStack({ environment, config: parseStack(raw) });
}

/** What a committed Pulumi.<environment>.yaml holds. */
export function committedFile(environment: string): unknown {
  return load(readFileSync(join(root, `Pulumi.${environment}.yaml`), "utf8"));
}

export function committedPlan(environment: string): StackPlan {
  return planOf(stackOfFile(committedFile(environment)), environment);
}
