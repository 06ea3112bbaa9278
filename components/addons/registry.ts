/** Every addon by the name of its field. */
import type { Addon } from "./addon";
import type { AddonsConfig } from "./config";
import { grafana } from "./grafana";
import { kiali } from "./kiali";
import { metricsServer } from "./metrics-server";
import { prometheus } from "./prometheus";
import { tracing } from "./tempo";

/** In the order in which their steps are told. */
const addons = { metricsServer, tracing, prometheus, grafana, kiali } as const;
export type AddonName = keyof typeof addons;
export const addonNames = Object.keys(addons) as readonly AddonName[];

/** In the order of the documentation. */
export const addonFields = {
  prometheus: prometheus.schema.optional().describe(prometheus.summary),
  grafana: grafana.schema.optional().describe(grafana.summary),
  kiali: kiali.schema.optional().describe(kiali.summary),
  tracing: tracing.schema.optional().describe(tracing.summary),
  metricsServer: metricsServer.schema.optional().describe(metricsServer.summary),
};

/** What the addon of this name tells about itself. */
export function addonOf(name: AddonName): Addon<NonNullable<AddonsConfig[AddonName]>> {
  // Each addon takes its own field alone, which is what its name says.
  return addons[name];
}
