import * as fs from "node:fs";
import * as path from "node:path";

import type { KubernetesObject, ObjectStep } from "../../../components/steps/step";

/** A step that puts one object into the cluster, named after the object. */
export function put(
  object: KubernetesObject,
  step: Partial<Omit<ObjectStep, "kind" | "object">> = {},
): ObjectStep {
  const { name } = object.metadata;
  return { kind: "object", name, title: `put ${name}`, after: [], ...step, object };
}

/** A custom object of the kind in `definitions.yaml`. */
export function widget(name: string, size: number): KubernetesObject {
  // No controller of these tests knows the kind, so nothing else may wait for it to be deleted.
  const annotations = { "pulumi.com/deletionPropagationPolicy": "background" };
  const metadata = { name, namespace: "default", annotations };
  return { apiVersion: "example.org/v1", kind: "Widget", metadata, spec: { size } };
}

export function configMap(name: string, data: Record<string, string>): KubernetesObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data };
}

/** A file with a custom kind, after an object of it: the order in the file must not matter. */
export const definitions = `apiVersion: example.org/v1
kind: Widget
metadata: { name: in-file, annotations: { pulumi.com/deletionPropagationPolicy: background } }
spec: { size: 1 }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.org }
spec:
  group: example.org
  names: { kind: Widget, plural: widgets, singular: widget, listKind: WidgetList }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: { spec: { type: object, properties: { size: { type: integer } } } }
`;

const templates = `apiVersion: v1
kind: ConfigMap
metadata: { name: tiny, namespace: {{ .Release.Namespace }} }
data: { text: {{ .Values.text | quote }} }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: tiny }
webhooks:
  - name: tiny.example.org
    failurePolicy: Ignore
    sideEffects: None
    admissionReviewVersions: [v1]
    clientConfig: { service: { name: tiny, namespace: default } }
    rules: [{ apiGroups: [none.org], apiVersions: [v1], operations: [CREATE], resources: [nones] }]
`;

/** Writes a chart like those of Istio: its webhook is completed by somebody else. */
export function writeChart(directory: string): string {
  const chart = path.join(directory, "chart");
  fs.mkdirSync(path.join(chart, "templates"), { recursive: true });
  fs.writeFileSync(path.join(chart, "Chart.yaml"), "apiVersion: v2\nname: tiny\nversion: 0.1.0\n");
  fs.writeFileSync(path.join(chart, "values.yaml"), "text: default\n");
  fs.writeFileSync(path.join(chart, "templates", "all.yaml"), templates);
  return chart;
}
