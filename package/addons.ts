import * as pulumi from "@pulumi/pulumi";
import { Addons as RealAddons, LoadBalancer as RealLoadBalancer } from "nordmesh";
import { check, childOf } from "./child";
import type { ClusterOfKubeconfig } from "./cluster-of-kubeconfig";
import type { AddonsConfig, LoadBalancerConfig } from "./config/addons";
import type { ConfiguredSecrets } from "./config/secrets";

export interface LoadBalancerArgs extends LoadBalancerConfig, ClusterOfKubeconfig {}

/** Addresses for Services of type LoadBalancer, by MetalLB. */
export class LoadBalancer extends pulumi.ComponentResource {
  /** Names of the pools. */
  readonly pools: pulumi.Output<string[]>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    const written = { real: RealLoadBalancer, name, args };
    check(written);
    super("nordmesh:index:LoadBalancer", name, {}, opts);
    const { pools } = childOf(this, written);
    this.pools = pools.apply((names) => [...names]);
    this.registerOutputs({ pools });
  }
}

export interface AddonsArgs extends AddonsConfig, ConfiguredSecrets, ClusterOfKubeconfig {
  /**
   * How the mesh works. One of "sidecar", "ambient".
   * Default: "sidecar"
   */
  mode?: string;
}

/** What looks at a mesh: Prometheus, Grafana, Kiali, Tempo, each with its password. */
export class Addons extends pulumi.ComponentResource {
  /** Addresses inside the cluster, by tool. */
  readonly urls: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: AddonsArgs, opts?: pulumi.ComponentResourceOptions) {
    const written = { real: RealAddons, name, args };
    check(written);
    super("nordmesh:index:Addons", name, {}, opts);
    const { urls } = childOf(this, written);
    this.urls = urls;
    this.registerOutputs({ urls });
  }
}
