/** Istio on a cluster that somebody else made: kind, EKS, or your own. */
import * as pulumi from "@pulumi/pulumi";
import { Istio, type IstioChartsArgs } from "nordmesh";

const config = new pulumi.Config("mesh");

const istio = new Istio("istio", {
  mode: "sidecar",
  preset: "compact",
  charts: config.getObject<IstioChartsArgs>("charts"),
  kubeconfig: config.requireSecret("kubeconfig"),
});

export const { revision, namespace } = istio;
