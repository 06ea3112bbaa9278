/** Which namespaces are in the mesh, and whom their pods let in where no Server says it. */
import type { ClusterStep, ObjectStep } from "../steps/step";
import { sorted } from "../text/sorted";
import type { LinkerdConfig } from "./config";
import { stepName, type LinkerdContext } from "./context";

interface Openness {
  readonly mtls: "permissive" | "strict";
  readonly access: "any" | "declared";
}

/** What holds in a namespace, from itself or the mesh. */
export function opennessOf(config: LinkerdConfig, namespace: string): Openness {
  const own = config.namespaces[namespace];
  return { mtls: own?.mtls ?? config.mtls, access: own?.access ?? config.access };
}

/** Names of policy-controller, defaults.rs. */
export function inboundPolicy({ mtls, access }: Openness): string {
  if (access === "declared") return "deny";
  return mtls === "strict" ? "all-authenticated" : "all-unauthenticated";
}

/** Pods take the annotations of their namespace as they start; what holds for the whole mesh needs none. */
export function planEnrolment({ config }: LinkerdContext): readonly ClusterStep[] {
  const usual = inboundPolicy(config);
  return sorted(config.namespaces).flatMap(([name, { create }]) => {
    const own = inboundPolicy(opennessOf(config, name));
    const created: ObjectStep = {
      kind: "object",
      name: stepName.namespace(name),
      title: `namespace ${name}`,
      after: [],
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
      keep: true,
    };
    const joins: ObjectStep = {
      kind: "object",
      name: stepName.inject(name),
      title: `${name} joins the mesh`,
      after: [stepName.ready, ...(create ? [created.name] : [])],
      object: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name,
          annotations: {
            "linkerd.io/inject": "enabled",
            ...(own !== usual && { "config.linkerd.io/default-inbound-policy": own }),
          },
        },
      },
      patch: true,
    };
    return [...(create ? [created] : []), joins];
  });
}
