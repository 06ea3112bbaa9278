/** What no acceptance can excuse, whichever mesh it is. */
import type * as z from "zod";
import { isEea } from "./eea";

export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Of Kubernetes itself; a mesh adds its own. */
export const systemNamespaces = ["kube-system", "kube-public", "kube-node-lease"];

/** Reports each problem with what stands at its path of the section. */
export function reportProblems(
  problems: readonly Problem[],
  section: unknown,
  context: z.core.$RefinementCtx,
): void {
  for (const { path, message } of problems) {
    const input = path.reduce<unknown>(
      (value, key) => (value as Readonly<Record<string | number, unknown>> | undefined)?.[key],
      section,
    );
    context.addIssue({ code: "custom", path: [...path], message, input });
  }
}

export const outsideOfMesh = "expected a namespace of applications; this one stays outside";

export function notEnrolled(namespace: string): string {
  return `expected ${namespace} among mesh.namespaces; outside the mesh it has no effect`;
}

/** Of a destination outside: who is to reach it, and where it is. */
export function destinationProblems(
  path: readonly (string | number)[],
  destination: {
    readonly namespaces: readonly string[];
    readonly country: string;
    readonly exception?: string | undefined;
  },
  enrolled: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  const unknown = destination.namespaces.flatMap((namespace, index) =>
    enrolled[namespace] === undefined
      ? [{ path: [...path, "namespaces", index], message: notEnrolled(namespace) }]
      : [],
  );
  if (isEea(destination.country) || destination.exception !== undefined) return unknown;
  return [
    ...unknown,
    {
      path: [...path, "country"],
      message: "expected a country of the EEA, or a named exception (exception: …) beside it",
    },
  ];
}
