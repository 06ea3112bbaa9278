/** The API server that objects go to. */
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

export interface ClusterProviderArgs {
  readonly kubeconfig: pulumi.Input<string>;
  /** Permanent name of the cluster, such as `nordmesh/prod`; a change replaces every object. @default - derived from the kubeconfig by the provider */
  readonly clusterIdentifier?: string;
}

/** The API server that objects go to. A changed kubeconfig of the same cluster changes nothing. */
export function clusterProvider(
  name: string,
  { kubeconfig, clusterIdentifier }: ClusterProviderArgs,
  opts?: pulumi.ResourceOptions,
): Provider {
  const args = {
    kubeconfig: pulumi.secret(kubeconfig),
    ...(clusterIdentifier !== undefined && { clusterIdentifier }),
    enableServerSideApply: true,
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    // A run that was killed between create and its state must find its own object again.
    upsertExistingObjects: true,
    // A field changed by hand belongs to whoever changed it, until it is taken back.
    enablePatchForce: true,
    // Seconds; a busy API server needs longer than the default 32 for its schema after new definitions came.
    kubeClientSettings: { timeout: 120 },
  };
  return new Provider(name, args, opts);
}
