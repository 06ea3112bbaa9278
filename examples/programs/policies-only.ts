/** Policies for an Istio that somebody else installed, without revisions. */
import * as pulumi from "@pulumi/pulumi";
import { MeshPolicies } from "nordmesh";

const config = new pulumi.Config("mesh");

const policies = new MeshPolicies("mesh", {
  kubeconfig: config.requireSecret("kubeconfig"),
  mtls: "strict",
  namespaces: { shop: { create: true } },
  services: {
    "shop/orders": { port: 8080, replicas: 3, breaker: { preset: "strict" }, timeout: "2s" },
  },
  egress: { mode: "any" },
});

export const steps = policies.plan.steps.map(({ name }) => name);
