/** A whole environment in code instead of YAML. */
import * as pulumi from "@pulumi/pulumi";
import { Environment } from "nordmesh";

const config = new pulumi.Config("nordmesh");
const hostKey = config.require("hostKey");
const server = (last: number) => ({
  source: "existing" as const,
  address: `192.0.2.${last}`,
  hostKey,
});

const environment = new Environment("north", {
  secrets: { sshPrivateKey: config.requireSecret("sshPrivateKey") },
  config: {
    release: "2026.1",
    hosts: {
      "cp-1": { ...server(11), role: "control-plane" },
      "worker-1": { ...server(21), role: "worker" },
      "worker-2": { ...server(22), role: "worker" },
    },
    mesh: { mode: "sidecar", namespaces: { shop: { create: true } } },
  },
});

export const { endpoint, kubeconfig, hosts } = environment;
