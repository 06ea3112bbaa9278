/** Kubernetes objects as steps of a mesh plan. */
import type { JsonObject, KubernetesObject, ObjectStep, StepHead } from "../steps/step";
import { stepName } from "./context";

export function objectStep(
  head: StepHead,
  object: KubernetesObject,
  how: { readonly patch?: true; readonly keep?: true } = {},
): ObjectStep {
  return { kind: "object", ...head, ...how, object };
}

/** A namespace that belongs to the mesh and goes with it. */
export function ownNamespace(args: {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly after?: readonly string[];
}): ObjectStep {
  const { name, labels, after = [] } = args;
  return objectStep(
    { name: stepName.namespace(name), title: `namespace ${name}`, after },
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, ...(labels === undefined ? {} : { labels }) },
    },
  );
}

/** Labels on a namespace that somebody else owns; their removal leaves it and its pods alone. */
export function namespaceLabels(
  head: StepHead,
  args: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
): ObjectStep {
  return objectStep(
    head,
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: args.namespace, labels: args.labels },
    },
    { patch: true },
  );
}

const groups = {
  DestinationRule: "networking.istio.io/v1",
  VirtualService: "networking.istio.io/v1",
  ServiceEntry: "networking.istio.io/v1",
  Sidecar: "networking.istio.io/v1",
  PeerAuthentication: "security.istio.io/v1",
  AuthorizationPolicy: "security.istio.io/v1",
  Telemetry: "telemetry.istio.io/v1",
  Gateway: "gateway.networking.k8s.io/v1",
  HTTPRoute: "gateway.networking.k8s.io/v1",
  NetworkPolicy: "networking.k8s.io/v1",
  CiliumNetworkPolicy: "cilium.io/v2",
  Service: "v1",
} as const;

export function meshObject(args: {
  readonly kind: keyof typeof groups;
  readonly name: string;
  readonly namespace: string;
  readonly spec: JsonObject;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}): KubernetesObject {
  const { kind, spec, ...metadata } = args;
  return { apiVersion: groups[kind], kind, metadata, spec };
}
