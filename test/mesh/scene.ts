/** What the API server would hold: planned objects, their patches, and the applications they are about. */
import { merge } from "../../components/mesh/json";
import type { MeshPlan } from "../../components/mesh/plan";
import type { JsonObject, KubernetesObject } from "../../components/steps/step";
import { objectsOf } from "./examples";

export function sceneOf(planned: MeshPlan): readonly JsonObject[] {
  const objects = new Map<string, JsonObject>();
  for (const object of [...applications(planned), ...objectsOf(planned.steps)]) {
    const { kind, metadata } = object;
    const key = `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
    const plain = object as unknown as JsonObject;
    objects.set(key, merge(objects.get(key) ?? {}, plain));
  }
  return [...objects.values()];
}

function applications({ services, steps }: MeshPlan): readonly KubernetesObject[] {
  const made = new Set(objectsOf(steps).map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  return services.flatMap(({ namespace, name, port, protocol, weights }) => {
    const versions = Object.keys(weights ?? { v1: 100 });
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: { selector: { app: name }, ports: [{ name: protocol, port }] },
    };
    const deployments = versions.map((version) => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      // A patch of the mesh is for the Deployment that is called like the service.
      metadata: { name: made.has(`Deployment ${name}`) ? name : `${name}-${version}`, namespace },
      spec: {
        selector: { matchLabels: { app: name, version } },
        template: {
          metadata: { labels: { app: name, version } },
          spec: { containers: [{ name, image: "example.net/app:1" }] },
        },
      },
    }));
    return [service, ...deployments];
  });
}
