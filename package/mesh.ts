import * as pulumi from "@pulumi/pulumi";
import { Istio as RealIstio, MeshPolicies as RealPolicies } from "nordmesh";
import { check, childOf } from "./child";
import type { ClusterOfKubeconfig } from "./cluster-of-kubeconfig";
import type { IstioConfig } from "./config/istio";
import type { PoliciesConfig } from "./config/policies";

/** Where spans go. */
export interface TracingTarget {
  /** DNS name of the collector's Service. */
  service: string;
  /** Namespace of the collector. */
  namespace: string;
  /** Its port for OTLP over gRPC. */
  port: number;
  /** Share of the requests that are traced, percent. */
  samplingPercent: number;
}

export interface IstioArgs extends IstioConfig, ClusterOfKubeconfig {
  /**
   * Whether proxies refuse destinations that no policy declares. One of "allow-list", "any".
   * Default: "allow-list"
   */
  outbound?: string;
  /** Where spans go. Default: no spans. */
  tracing?: TracingTarget;
}

/** Istio by its charts on any cluster, proven to inject before anything waits for it. */
export class Istio extends pulumi.ComponentResource {
  /** What namespaces follow, such as `1-31-1`. */
  readonly revision: pulumi.Output<string>;
  /** Namespace of the control plane. */
  readonly namespace: pulumi.Output<string>;
  /** Gateways as namespace/name. */
  readonly gateways: pulumi.Output<string[]>;

  constructor(name: string, args: IstioArgs, opts?: pulumi.ComponentResourceOptions) {
    const written = { real: RealIstio, name, args };
    check(written);
    super("nordmesh:index:Istio", name, {}, opts);
    const { revision, namespace, gateways } = childOf(this, written);
    this.revision = revision;
    this.namespace = namespace;
    this.gateways = gateways.apply((names) => [...names]);
    this.registerOutputs({ revision, namespace, gateways });
  }
}

export interface MeshPoliciesArgs extends PoliciesConfig, ClusterOfKubeconfig {
  /** Version of that Istio, x.y.z. Default: the newest this package knows. */
  version?: string;
  /**
   * Its revision; `default` finds one that was installed without.
   * Default: "default"
   */
  revision?: string;
}

/** What an installed Istio is told: namespaces in the mesh, mTLS, breakers, canaries, retries, egress. */
export class MeshPolicies extends pulumi.ComponentResource {
  constructor(name: string, args: MeshPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    const written = { real: RealPolicies, name, args };
    check(written);
    super("nordmesh:index:MeshPolicies", name, {}, opts);
    childOf(this, written);
    this.registerOutputs({});
  }
}
