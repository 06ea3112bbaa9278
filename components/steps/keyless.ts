/** Previews where no SSH key is at hand. */
import * as pulumi from "@pulumi/pulumi";

/**
 * Takes the private key of every connection as the state has it: the absence of one would show each
 * step as changed. For previews only, since a run would connect with the old key.
 */
export function keepPrivateKeys(): void {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    if (type !== "command:remote:Command") return undefined;
    const { ignoreChanges = [] } = opts as pulumi.CustomResourceOptions;
    return {
      props,
      opts: { ...opts, ignoreChanges: [...ignoreChanges, "connection.privateKey"] },
    };
  });
}
