/** A cluster on the hosts of its configuration. */
import * as pulumi from "@pulumi/pulumi";
import {
  KubeadmCluster,
  type ArtifactsArgs,
  type HostConfigArgs,
  type KubernetesArgs,
} from "nordmesh";

const config = new pulumi.Config("cluster");

export const { kubeconfig, endpoint, nodes } = new KubeadmCluster("edge", {
  release: "2026.1",
  artifacts: config.getObject<ArtifactsArgs>("artifacts"),
  kubernetes: config.getObject<KubernetesArgs>("kubernetes"),
  hosts: config.requireObject<Record<string, HostConfigArgs>>("hosts"),
});
