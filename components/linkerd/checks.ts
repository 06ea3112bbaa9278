/** What no acceptance can excuse: parts of a section that contradict each other. */
import type * as z from "zod";
import {
  notEnrolled,
  outsideOfMesh,
  reportProblems,
  systemNamespaces,
  type Problem,
} from "../mesh/checks-of-any-mesh";
import { splitKey } from "../mesh/context";
import { milliseconds } from "../text/duration";
import type { LinkerdConfig } from "./config";
import { cniNamespace, rootNamespace } from "./context";
import { egressProblems } from "./egress-checks";
import { grpcConditions } from "./traffic-config";

type Services = LinkerdConfig["services"];
type Service = Services[string];

const ownNamespaces = [rootNamespace, cniNamespace, "linkerd-egress", ...systemNamespaces];

export function checkLinkerd(config: LinkerdConfig, context: z.core.$RefinementCtx): void {
  const problems = [
    ...namespaceProblems(config),
    ...serviceProblems(config),
    ...workloadProblems(config),
    ...egressProblems(config),
  ];
  reportProblems(problems, config, context);
}

function namespaceProblems({ namespaces }: LinkerdConfig): readonly Problem[] {
  return Object.keys(namespaces)
    .filter((name) => ownNamespaces.includes(name))
    .map((name) => ({ path: ["namespaces", name], message: outsideOfMesh }));
}

function serviceProblems({ services, namespaces }: LinkerdConfig): readonly Problem[] {
  return Object.entries(services).flatMap(([key, service]) => {
    const path = ["services", key];
    const { namespace } = splitKey(key);
    if (namespaces[namespace] === undefined) return [{ path, message: notEnrolled(namespace) }];
    return [
      ...protocolProblems(path, service),
      ...selectorProblems(path, service),
      ...penaltyProblems(path, service),
      ...callerProblems(path, service, namespaces),
      ...serverProblems(services, key),
    ];
  });
}

function protocolProblems(path: readonly string[], service: Service): readonly Problem[] {
  const requests = (["breaker", "canary", "timeout", "retries"] as const).filter(
    (field) => service[field] !== undefined,
  );
  if (service.protocol === "tcp") {
    return requests.map((field) => ({
      path: [...path, field],
      message: "expected a protocol of http, http2 or grpc; bytes of tcp have no requests",
    }));
  }
  const grpc = service.protocol === "grpc";
  return (service.retries?.retryOn ?? []).flatMap((condition, index) => {
    if ((grpcConditions as readonly string[]).includes(condition) === grpc) return [];
    const message = grpc
      ? `expected ${grpcConditions.join(", ")}; a route of gRPC knows these alone`
      : "expected 5xx, gateway-error or a status; the others are of protocol grpc";
    return [{ path: [...path, "retries", "retryOn", index], message }];
  });
}

function selectorProblems(path: readonly string[], service: Service): readonly Problem[] {
  if (service.selector !== undefined) return [];
  const reasons = [
    ...(service.callers === undefined ? [] : ["its callers are let in to these pods"]),
    ...(service.canary === undefined ? [] : ["each version gets a Service of its own"]),
  ];
  return reasons.map((reason) => ({
    path: [...path, "selector"],
    message: `expected the pod labels of the service: ${reason}`,
  }));
}

function penaltyProblems(path: readonly string[], { breaker }: Service): readonly Problem[] {
  if (breaker === undefined) return [];
  const { baseEjectionTime: base, maxEjectionTime: longest } = breaker;
  if (milliseconds(base) <= milliseconds(longest)) return [];
  return [
    {
      path: [...path, "breaker", "maxEjectionTime"],
      message: `expected at least baseEjectionTime, ${base}`,
    },
  ];
}

function callerProblems(
  path: readonly string[],
  { callers = [] }: Service,
  namespaces: LinkerdConfig["namespaces"],
): readonly Problem[] {
  return callers.flatMap((caller, index) =>
    namespaces[caller.split("/")[0] ?? ""] !== undefined
      ? []
      : [
          {
            path: [...path, "callers", index],
            message:
              "expected a namespace of the mesh; who calls from outside shows no identity (plaintextPorts lets them in)",
          },
        ],
  );
}

/** Linkerd asks one Server for a port of a pod; of two it takes the older one. */
function serverProblems(services: Services, key: string): readonly Problem[] {
  const own = services[key];
  if (own?.callers === undefined) return [];
  const { namespace } = splitKey(key);
  const earlier = Object.entries(services)
    .filter(([other]) => other < key && splitKey(other).namespace === namespace)
    .find(
      ([, other]) =>
        other.callers !== undefined &&
        podPort(other) === podPort(own) &&
        meet(other.selector, own.selector),
    );
  if (earlier === undefined) return [];
  return [
    {
      path: ["services", key, "callers"],
      message: `expected other pods or another port than ${earlier[0]}'s: Linkerd asks one of the two who may call port ${podPort(own)} of a pod`,
    },
  ];
}

function workloadProblems(config: LinkerdConfig): readonly Problem[] {
  const { workloads, services, namespaces } = config;
  return Object.entries(workloads).flatMap(([key, { plaintextPorts, selector }]) => {
    const path = ["workloads", key];
    const { namespace } = splitKey(key);
    if (namespaces[namespace] === undefined) return [{ path, message: notEnrolled(namespace) }];
    const guarded = Object.entries(services).filter(
      ([other, { callers }]) => callers !== undefined && splitKey(other).namespace === namespace,
    );
    return plaintextPorts.flatMap((port, index) => {
      const clash = guarded.find(
        ([, service]) => podPort(service) === port && meet(service.selector, selector),
      );
      if (clash === undefined) return [];
      return [
        {
          path: [...path, "plaintextPorts", index],
          message: `expected another port than that of ${clash[0]}, whose callers are declared: one port of a pod is open or it is not`,
        },
      ];
    });
  });
}

function podPort({ targetPort, port }: Service): number {
  return targetPort ?? port;
}

/** True where a pod may have the labels of both. */
function meet(one: Service["selector"] = {}, other: Service["selector"] = {}): boolean {
  return Object.entries(one).every(([key, value]) => (other[key] ?? value) === value);
}
