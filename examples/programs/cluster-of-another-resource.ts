/** A cluster whose addresses and host keys come from other resources, such as servers of a vendor. */
import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster } from "nordmesh";

const config = new pulumi.Config("cluster");
/** What a vendor's resource would tell once it exists: `server.ipv4Address` and the like. */
const servers = new pulumi.Stash("servers", { input: config.requireObject<Server[]>("servers") });

interface Server {
  readonly address: string;
  readonly hostKey: string;
}

const server = (index: number) => ({
  source: "existing" as const,
  address: pulumi.output(servers.output).apply((all) => (all as Server[])[index]?.address ?? ""),
  hostKey: pulumi.output(servers.output).apply((all) => (all as Server[])[index]?.hostKey ?? ""),
});

export const { kubeconfig, endpoint, nodes } = new KubeadmCluster("edge", {
  release: "2026.1",
  privateKey: config.requireSecret("privateKey"),
  hosts: {
    "cp-1": { ...server(0), role: "control-plane" },
    "worker-1": { ...server(1), role: "worker" },
  },
});
