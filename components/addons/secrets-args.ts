// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type * as pulumi from "@pulumi/pulumi";

/** Secrets that only an operator knows. */
export interface ConfiguredSecretsArgs {
  /** Client secret with which Kiali authenticates to its OpenID Connect issuer. */
  readonly kialiClientSecret?: pulumi.Input<string> | undefined;
}
