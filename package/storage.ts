import * as pulumi from "@pulumi/pulumi";
import { LocalStorage as RealStorage } from "nordmesh";
import { check, childOf } from "./child";
import type { ClusterOfKubeconfig } from "./cluster-of-kubeconfig";
import type { LocalStorageConfig } from "./config/storage";

export interface LocalStorageArgs extends LocalStorageConfig, ClusterOfKubeconfig {}

/** Local volumes of nodes as PersistentVolumes, and their StorageClass; there is no provisioner. */
export class LocalStorage extends pulumi.ComponentResource {
  /** Name of the StorageClass. */
  readonly className: pulumi.Output<string>;

  constructor(name: string, args: LocalStorageArgs, opts?: pulumi.ComponentResourceOptions) {
    const written = { real: RealStorage, name, args };
    check(written);
    super("nordmesh:index:LocalStorage", name, {}, opts);
    const { className } = childOf(this, written);
    this.className = className;
    this.registerOutputs({ className });
  }
}
