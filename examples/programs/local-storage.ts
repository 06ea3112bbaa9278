/** A default class of volumes on disks that the nodes of a cluster of somebody else have mounted. */
import * as pulumi from "@pulumi/pulumi";
import { LocalStorage } from "nordmesh";

const config = new pulumi.Config("storage");
/** One folder of each node, the mount point of a file system of its own. */
const path = config.require("path");
const nodes = config.requireObject<string[]>("nodes");

export const { className } = new LocalStorage("storage", {
  kubeconfig: config.requireSecret("kubeconfig"),
  volumes: Object.fromEntries(nodes.map((node) => [node, { data: { path, sizeGiB: 100 } }])),
});
