/** One server that is checked and tuned, and has containerd and a kubelet; it belongs to no cluster. */
import * as pulumi from "@pulumi/pulumi";
import { Host, type ArtifactsArgs, type HostConfigArgs, type KubeletRefusals } from "nordmesh";

const config = new pulumi.Config("server");

const server = new Host("build-1", {
  release: "2026.1",
  artifacts: config.getObject<ArtifactsArgs>("artifacts"),
  kubelet: config.getObject<KubeletRefusals>("kubelet"),
  privateKey: config.getSecret("privateKey"),
  host: {
    // { source: existing, role: worker, address: 192.0.2.7, hostKey: "ssh-ed25519 AAAA…" }
    ...config.requireObject<HostConfigArgs>("host"),
    kernel: { profile: "throughput", sysctls: { "net.core.somaxconn": 16384 } },
  },
});

export const { address, facts } = server;
