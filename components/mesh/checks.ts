/** What no acceptance can excuse: parts of a mesh section that contradict each other. */
import type * as z from "zod";
import {
  destinationProblems,
  notEnrolled,
  outsideOfMesh,
  reportProblems,
  systemNamespaces,
  type Problem,
} from "./checks-of-any-mesh";
import { egressNamespace, rootNamespace } from "./context";
import { plainTcpProblems, type CheckedDestination } from "./egress-checks";
import { compareVersions } from "./versions";

/** The part of both modes that the checks look at. */
export interface CheckedMesh {
  readonly mode: "sidecar" | "ambient";
  readonly version: string;
  readonly canaryVersion?: string | undefined;
  readonly namespaces: Readonly<
    Record<string, { readonly revision: string; readonly waypoint?: unknown }>
  >;
  readonly gateways: Readonly<Record<string, { readonly namespace: string }>>;
  readonly services: Readonly<
    Record<
      string,
      {
        readonly protocol: string;
        readonly selector?: unknown;
        readonly callers?: readonly string[] | undefined;
        readonly breaker?: unknown;
        readonly canary?: unknown;
        readonly timeout?: unknown;
        readonly retries?: { readonly attempts: number } | undefined;
      }
    >
  >;
  readonly workloads: Readonly<
    Record<string, { readonly selector?: unknown; readonly plaintextPorts: readonly number[] }>
  >;
  readonly egress: {
    readonly allow: Readonly<
      Record<
        string,
        CheckedDestination & {
          readonly country: string;
          readonly exception?: string | undefined;
        }
      >
    >;
  };
}

const ownNamespaces = [rootNamespace, egressNamespace, ...systemNamespaces];

export function checkMesh(mesh: CheckedMesh, context: z.core.$RefinementCtx): void {
  reportProblems(meshProblems(mesh), mesh, context);
}

function meshProblems(mesh: CheckedMesh): readonly Problem[] {
  return [
    ...versionProblems(mesh),
    ...namespaceProblems(mesh),
    ...serviceProblems(mesh),
    ...workloadProblems(mesh),
    ...egressProblems(mesh),
    ...plainTcpProblems({ mode: mesh.mode, allow: mesh.egress.allow }),
  ];
}

function versionProblems({ version, canaryVersion, namespaces }: CheckedMesh): readonly Problem[] {
  const followers = Object.entries(namespaces).filter(([, { revision }]) => revision === "canary");
  if (canaryVersion === undefined) {
    return followers.map(([name]) => ({
      path: ["namespaces", name, "revision"],
      message: "expected mesh.canaryVersion beside it, or stable",
    }));
  }
  if (compareVersions(version, canaryVersion) !== 0) return [];
  return [{ path: ["canaryVersion"], message: "expected another version than mesh.version" }];
}

function namespaceProblems({ namespaces, gateways }: CheckedMesh): readonly Problem[] {
  const ofGateways = Object.values(gateways).map(({ namespace }) => namespace);
  return Object.keys(namespaces).flatMap((name) => {
    const path = ["namespaces", name];
    if (ownNamespaces.includes(name)) return [{ path, message: outsideOfMesh }];
    if (!ofGateways.includes(name)) return [];
    return [
      { path, message: "expected another namespace than a gateway's, which has its own proxy" },
    ];
  });
}

function serviceProblems(mesh: CheckedMesh): readonly Problem[] {
  return Object.entries(mesh.services).flatMap(([key, service]) => {
    const path = ["services", key];
    const namespace = key.split("/")[0] ?? "";
    const enrolled = mesh.namespaces[namespace];
    if (enrolled === undefined) return [{ path, message: notEnrolled(namespace) }];
    const routed = (["canary", "timeout", "retries"] as const).filter((field) => service[field]);
    const tcp = service.protocol === "tcp" ? routed : [];
    return [
      ...tcp.map((field) => ({
        path: [...path, field],
        message: "expected a protocol of http, http2 or grpc; bytes of tcp have no requests",
      })),
      ...callerProblems({ path, service, mesh }),
      ...(mesh.mode === "ambient" ? ambientProblems({ path, service, enrolled }) : []),
    ];
  });
}

function callerProblems(args: {
  readonly path: readonly string[];
  readonly service: CheckedMesh["services"][string];
  readonly mesh: CheckedMesh;
}): readonly Problem[] {
  const { path, service, mesh } = args;
  const { callers, selector } = service;
  if (callers === undefined) return [];
  const gateways = Object.values(mesh.gateways).map(({ namespace }) => namespace);
  const known = [...Object.keys(mesh.namespaces), ...gateways];
  const strangers = callers.flatMap((caller, index) =>
    known.includes(caller.split("/")[0] ?? "")
      ? []
      : [
          {
            path: [...path, "callers", index],
            message:
              "expected a namespace of the mesh or of a gateway; who calls from outside shows no identity (plaintextPorts lets them in)",
          },
        ],
  );
  if (selector !== undefined) return strangers;
  const message = "expected the pod labels of the service: its callers are let in to these pods";
  return [...strangers, { path: [...path, "selector"], message }];
}

function ambientProblems(args: {
  readonly path: readonly string[];
  readonly service: CheckedMesh["services"][string];
  readonly enrolled: CheckedMesh["namespaces"][string];
}): readonly Problem[] {
  const { path, service, enrolled } = args;
  const problems: Problem[] = [];
  if ((service.retries?.attempts ?? 0) > 0) {
    problems.push({
      path: [...path, "retries"],
      message:
        "expected no retries in ambient mode: HTTPRoute has them in the experimental channel only, and the standard definitions refuse the field",
    });
  }
  if (service.canary !== undefined && service.selector === undefined) {
    problems.push({
      path: [...path, "selector"],
      message:
        "expected the pod labels of the service: in ambient mode each version gets a Service of its own",
    });
  }
  const layer7 = service.breaker ?? service.canary ?? service.timeout;
  if (layer7 !== undefined && enrolled.waypoint === false) {
    problems.push({
      path,
      message: "expected a waypoint in its namespace (waypoint: true): ztunnel knows no requests",
    });
  }
  return problems;
}

function workloadProblems({ workloads, namespaces }: CheckedMesh): readonly Problem[] {
  return Object.entries(workloads).flatMap(([key, workload]) => {
    const path = ["workloads", key];
    const namespace = key.split("/")[0] ?? "";
    if (namespaces[namespace] === undefined) return [{ path, message: notEnrolled(namespace) }];
    if (workload.plaintextPorts.length === 0 || workload.selector !== undefined) return [];
    return [
      { path: [...path, "selector"], message: "expected the pod labels plaintextPorts are for" },
    ];
  });
}

function egressProblems({ egress, namespaces }: CheckedMesh): readonly Problem[] {
  return Object.entries(egress.allow).flatMap(([name, destination]) =>
    destinationProblems(["egress", "allow", name], destination, namespaces),
  );
}
