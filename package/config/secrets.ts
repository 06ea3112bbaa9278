// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type * as pulumi from "@pulumi/pulumi";

/** Secrets that only an operator knows. */
export interface ConfiguredSecrets {
  /** Secret Kiali shows its OpenID issuer. */
  kialiClientSecret?: pulumi.Input<string>;
}
