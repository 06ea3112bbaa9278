import * as pulumi from "@pulumi/pulumi";
import { Linkerd as RealLinkerd } from "nordmesh";
import { check, childOf } from "./child";
import type { ClusterOfKubeconfig } from "./cluster-of-kubeconfig";
import type { LinkerdInstall } from "./config/linkerd";

export interface LinkerdArgs extends LinkerdInstall, ClusterOfKubeconfig {}

/** Linkerd by its charts on any cluster, its certificates, and what it is told; proven to inject before anything joins. */
export class Linkerd extends pulumi.ComponentResource {
  /** Namespace of the control plane. */
  readonly namespace: pulumi.Output<string>;
  /** Roots that proxies trust, PEM. */
  readonly trustRoots: pulumi.Output<string>;

  constructor(name: string, args: LinkerdArgs, opts?: pulumi.ComponentResourceOptions) {
    const written = { real: RealLinkerd, name, args };
    check(written);
    super("nordmesh:index:Linkerd", name, {}, opts);
    const { namespace, trustRoots } = childOf(this, written);
    this.namespace = namespace;
    this.trustRoots = trustRoots;
    this.registerOutputs({ namespace, trustRoots });
  }
}
