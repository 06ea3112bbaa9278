/** What a cluster looks like when the mesh has gone from it. */
import assert from "node:assert/strict";
import type { Kubectl } from "./machine";
import { deployments, namespace } from "./shop";
import { Workloads } from "./workload";

/** No object and no namespace of the mesh is left or stuck; what ran in it still runs. */
export async function assertWithoutMesh(kubectl: Kubectl): Promise<void> {
  const namespaces = await kubectl.run("get", "namespaces", "-o", "name");
  assert.doesNotMatch(namespaces, /istio/);
  const kinds = await kubectl.run("api-resources", "--categories=istio-io", "-o", "name");
  const policies = await kubectl.run("get", kinds.split("\n").join(","), "-A", "-o", "name");
  assert.equal(policies, "");
  const webhooks = ["validatingwebhookconfigurations,mutatingwebhookconfigurations", "-o", "name"];
  assert.doesNotMatch(await kubectl.run("get", ...webhooks), /istio/);
  const shop = new Workloads(kubectl, namespace);
  await shop.ready(...deployments);
}
