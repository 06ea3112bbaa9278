/** Who may call whom: a Server for a port of pods, and the identities it lets in. */
import type { ClusterStep, JsonObject, KubernetesObject, ObjectStep } from "../steps/step";
import { sorted } from "../text/sorted";
import type { ServiceConfig } from "./config";
import { splitKey } from "../mesh/context";
import { objectStep } from "../mesh/objects";
import { stepName, type LinkerdContext } from "./context";

const group = "policy.linkerd.io";

export function planPolicies(context: LinkerdContext): readonly ClusterStep[] {
  return [...metrics(context), ...callers(context), ...openPorts(context)];
}

/** A scraper has no identity, and the policy of a pod holds for its proxy's own port too. */
function metrics({ config }: LinkerdContext): readonly ObjectStep[] {
  return Object.keys(config.namespaces)
    .sort()
    .map((namespace) =>
      objectStep(
        {
          name: stepName.metrics(namespace),
          title: `metrics of the proxies in ${namespace} stay open to plaintext`,
          after: [stepName.inject(namespace)],
        },
        // A dot parts it from the Servers of services, as no name of a Service has one.
        policy(
          "Server",
          "v1beta3",
          { namespace, name: "proxies.metrics" },
          {
            podSelector: {},
            port: "linkerd-admin",
            accessPolicy: "all-unauthenticated",
          },
        ),
      ),
    );
}

function callers({ config }: LinkerdContext): readonly ObjectStep[] {
  return sorted(config.services).flatMap(([key, service]) => {
    const { namespace, name } = splitKey(key);
    if (service.callers === undefined) return [];
    const after = [stepName.inject(namespace)];
    const place = { namespace, name };
    const server = objectStep(
      { name: stepName.callers(key, "server"), title: `who may call ${key}: nobody else`, after },
      policy("Server", "v1beta3", place, {
        podSelector: { matchLabels: service.selector ?? {} },
        port: service.targetPort ?? service.port,
        proxyProtocol: proxyProtocol(service),
        accessPolicy: "deny",
      }),
    );
    if (service.callers.length === 0) return [server];
    const identities = objectStep(
      { name: stepName.callers(key, "identities"), title: `callers of ${key}`, after },
      policy("MeshTLSAuthentication", "v1alpha1", place, {
        identityRefs: identityRefs(service.callers),
      }),
    );
    const allowed = objectStep(
      {
        name: stepName.callers(key, "allowed"),
        title: `who may call ${key}`,
        after: [...after, identities.name],
      },
      policy("AuthorizationPolicy", "v1alpha1", place, {
        targetRef: { group, kind: "Server", name },
        requiredAuthenticationRefs: [{ group, kind: "MeshTLSAuthentication", name }],
      }),
    );
    // Callers are let in before everybody else is shut out.
    return [identities, allowed, { ...server, after: [...after, allowed.name] }];
  });
}

/** Callers outside the mesh show no identity, so a port that is open to them is open to everybody. */
function openPorts({ config }: LinkerdContext): readonly ObjectStep[] {
  return sorted(config.workloads).flatMap(([key, { plaintextPorts, selector }]) => {
    const { namespace, name } = splitKey(key);
    return plaintextPorts.map((port) =>
      objectStep(
        {
          name: stepName.plaintext(key, port),
          title: `port ${port} of ${key} stays open to plaintext`,
          after: [stepName.inject(namespace)],
        },
        policy(
          "Server",
          "v1beta3",
          { namespace, name: `${name}.plaintext-${port}` },
          {
            podSelector: { matchLabels: selector },
            port,
            accessPolicy: "all-unauthenticated",
          },
        ),
      ),
    );
  });
}

/** Kinds of policy-controller, admission.rs: a ServiceAccount, or every one of a Namespace. */
function identityRefs(identities: readonly string[]): readonly JsonObject[] {
  return [...identities].sort().map((caller) => {
    const { namespace, name } = splitKey(caller);
    return caller.includes("/")
      ? { kind: "ServiceAccount", name, namespace }
      : { kind: "Namespace", name: namespace };
  });
}

/** What a proxy need not find out, by policy-controller, server.rs. */
function proxyProtocol({ protocol }: ServiceConfig): string {
  return { http: "HTTP/1", http2: "HTTP/2", grpc: "gRPC", tcp: "opaque" }[protocol];
}

function policy(
  kind: "Server" | "MeshTLSAuthentication" | "AuthorizationPolicy",
  version: string,
  place: { readonly namespace: string; readonly name: string },
  spec: JsonObject,
): KubernetesObject {
  return { apiVersion: `${group}/${version}`, kind, metadata: place, spec };
}
