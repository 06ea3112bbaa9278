/** The order of istiod's objects, in the annotation by which the providers of charts read it. */
import type { Json, JsonObject } from "../steps/step";
import { merge } from "./json";

const dependsOn = "config.kubernetes.io/depends-on";

/**
 * Lets the Deployment wait for the configuration that istiod looks for once, at its start: without
 * its template it leaves injection out and is ready all the same. `values` are the chart's in full; a
 * reference to what the chart does not render would be refused.
 */
export function inInstallOrder(values: JsonObject, namespace: string): JsonObject {
  const names = configMaps(values);
  if (names.length === 0) return values;
  const references = names.map((name) => `/namespaces/${namespace}/ConfigMap/${name}`);
  return merge({ deploymentAnnotations: { [dependsOn]: references.join(",") } }, values);
}

/** Webhook configurations that the chart renders. */
export function webhooksOf(values: JsonObject): {
  readonly injector: string | undefined;
  readonly validator: string | undefined;
} {
  const revision = textAt(values, "revision");
  const global = objectAt(values, "global");
  return {
    injector: hasTemplate(values) ? `istio-sidecar-injector-${revision}` : undefined,
    validator:
      global["configValidation"] === false ? undefined : `istio-validator-${revision}-istio-system`,
  };
}

function configMaps(values: JsonObject): readonly string[] {
  const revision = textAt(values, "revision");
  return [
    ...(values["configMap"] === false ? [] : [`istio-${revision}`]),
    ...(hasTemplate(values) ? [`istio-sidecar-injector-${revision}`] : []),
  ];
}

function hasTemplate(values: JsonObject): boolean {
  return objectAt(values, "global")["omitSidecarInjectorConfigMap"] !== true;
}

function textAt(values: JsonObject, key: string): string {
  const value = values[key];
  return typeof value === "string" ? value : "";
}

function objectAt(values: JsonObject, key: string): JsonObject {
  const value = values[key];
  return isObject(value) ? value : {};
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
