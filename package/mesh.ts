import * as pulumi from "@pulumi/pulumi";
import { Istio as RealIstio, MeshPolicies as RealPolicies } from "nordmesh";
import { check, childOf } from "./child";
import type { ClusterOfKubeconfig } from "./cluster-of-kubeconfig";
import type { IstioConfig } from "./config/istio";
import type { PoliciesConfig } from "./config/policies";

/** Collector of trace spans. */
export interface TracingTarget {
  /** DNS name of the collector's Service. */
  service: string;
  /** Namespace of the collector. */
  namespace: string;
  /** Port of the collector for OTLP over gRPC. */
  port: number;
  /** Share of the requests that are traced, in percent. */
  samplingPercent: number;
}

export interface IstioArgs extends IstioConfig, ClusterOfKubeconfig {
  /**
   * allow-list: proxies refuse destinations that no policy declares; any: they allow them. One of "allow-list", "any".
   * Default: "allow-list"
   */
  outbound?: string;
  /** Where proxies send trace spans. Default: none are sent. */
  tracing?: TracingTarget;
}

/** Istio from its Helm charts, on any cluster; it is complete once it injects proxies. */
export class Istio extends pulumi.ComponentResource {
  /** Revision that namespaces follow, such as `1-31-1`. */
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
  /** Version of the installed Istio, x.y.z. Default: the newest that this package supports. */
  version?: string;
  /**
   * Revision of the installed Istio; `default` is one installed without a revision.
   * Default: "default"
   */
  revision?: string;
}

/** Policies of a mesh: enrolled namespaces, mTLS, callers, breakers, canaries, timeouts, retries, egress. */
export class MeshPolicies extends pulumi.ComponentResource {
  constructor(name: string, args: MeshPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    const written = { real: RealPolicies, name, args };
    check(written);
    super("nordmesh:index:MeshPolicies", name, {}, opts);
    childOf(this, written);
    this.registerOutputs({});
  }
}
