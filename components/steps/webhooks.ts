/** What is left to others of the objects of a chart or a file. */
import type { CustomResourceOptions } from "@pulumi/pulumi";

const webhooks =
  /^kubernetes:admissionregistration\.k8s\.io\/v1:(Validating|Mutating)WebhookConfiguration$/;
const definitions = /^kubernetes:apiextensions\.k8s\.io\/v1:CustomResourceDefinition$/;

/**
 * Options of an object by its type: istiod completes its own webhook configurations, and a
 * definition outlives the chart, as all objects of its kind go with it.
 */
export function sharedOptions(type: string): CustomResourceOptions {
  if (webhooks.test(type)) {
    return { ignoreChanges: ["webhooks[*].clientConfig.caBundle", "webhooks[*].failurePolicy"] };
  }
  return definitions.test(type) ? { retainOnDelete: true } : {};
}
