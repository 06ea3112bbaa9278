/** Makes the certificate of a server, and a root for it alone, once, and keeps them in the state of the stack. */
import * as pulumi from "@pulumi/pulumi";
import { loadAuthority, stash } from "./keep";

export interface KeptServer {
  /** Of the server, PEM. */
  readonly certificate: pulumi.Output<string>;
  /** Its key, PEM; secret. */
  readonly key: pulumi.Output<string>;
  /** Of the root, PEM: whoever calls the server trusts it. */
  readonly authority: pulumi.Output<string>;
}

/** `name` is that of its resource, permanent; `hosts` are DNS names. Valid for ten years. */
export function keepServer(
  name: string,
  { hosts, organization }: { readonly hosts: readonly string[]; readonly organization: string },
  parent: pulumi.Resource,
): KeptServer {
  const { makeRoot, makeServer } = loadAuthority();
  const now = new Date();
  const root = makeRoot({ name: `${name}-root`, organization }, now);
  const server = makeServer({ name, organization }, { hosts, root, now });
  const made = pulumi.output({ ...server, authority: root.certificate });
  const kept = stash(name, made, { parent });
  return {
    certificate: pulumi.unsecret(kept.apply(({ certificate }) => certificate)),
    key: kept.apply(({ key }) => key),
    authority: pulumi.unsecret(kept.apply(({ authority }) => authority)),
  };
}
