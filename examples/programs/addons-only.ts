/** Metrics, dashboards and traces for a mesh that is there. */
import * as pulumi from "@pulumi/pulumi";
import { Addons } from "nordmesh";

const config = new pulumi.Config("mesh");

export const { urls } = new Addons("observability", {
  kubeconfig: config.requireSecret("kubeconfig"),
  storageClass: "standard",
  prometheus: { volumeGiB: 20, retentionDays: 7 },
  grafana: {},
  kiali: { auth: { strategy: "token" } },
  tracing: { samplingPercent: 5 },
});
