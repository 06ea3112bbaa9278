import * as pulumi from "@pulumi/pulumi";
import { Addons as RealAddons, LoadBalancer as RealLoadBalancer } from "nordmesh";
import { check, childOf } from "./child";
import type { ClusterOfKubeconfig } from "./cluster-of-kubeconfig";
import type { AddonsConfig, LoadBalancerConfig } from "./config/addons";
import type { ConfiguredSecrets } from "./config/secrets";

export interface LoadBalancerArgs extends LoadBalancerConfig, ClusterOfKubeconfig {}

/** MetalLB, which assigns addresses to Services of type LoadBalancer and announces them by ARP or BGP. */
export class LoadBalancer extends pulumi.ComponentResource {
  /** Names of the address pools. */
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
   * Mode of the mesh in the cluster. One of "sidecar", "ambient", "linkerd".
   * Default: "sidecar"
   */
  mode?: string;
}

/** metrics-server, Prometheus, Grafana, Kiali and Tempo, with the passwords they need. */
export class Addons extends pulumi.ComponentResource {
  /** URLs inside the cluster, by tool: prometheus, grafana, kiali, tempo. */
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
