/** Steps as text for people, and small configurations. */
import { AddonsConfig, LoadBalancerConfig, type LoadBalancerFacts } from "../../components/addons";
import type { ClusterStep } from "../../components/steps/step";
import { toYaml } from "../../components/text/yaml";

export const everything = {
  storageClass: "topolvm",
  prometheus: {},
  grafana: {},
  kiali: {},
  tracing: {},
};

export function addons(raw: object): AddonsConfig {
  return AddonsConfig.parse(raw);
}

export function loadBalancer(raw: object): LoadBalancerConfig {
  return LoadBalancerConfig.parse(raw);
}

/** Every problem as `path: message`. */
export function problems(schema: typeof AddonsConfig | typeof LoadBalancerConfig, raw: object) {
  const issues = schema.safeParse(raw).error?.issues ?? [];
  return issues.map((one) => `${one.path.join(".")}: ${one.message}`);
}

export const meshSteps = ["mesh-namespace-istio-system", "mesh-istiod-1-31-1"];

export const cluster: LoadBalancerFacts = {
  taken: { "host cp-1": "192.0.2.11" },
  ranges: { podCidr: "10.244.0.0/16", serviceCidr: "10.96.0.0/16" },
};

/** Dashboards are long; their own test reads them. */
export function renderSteps(steps: readonly ClusterStep[]): string {
  return steps
    .map((step) => {
      if (step.kind !== "object" || step.object.kind !== "ConfigMap") return toYaml(step);
      const { data, ...object } = step.object;
      return toYaml({ ...step, object: { ...object, data: Object.keys(data ?? {}) } });
    })
    .join("---\n");
}
