/** Who is in the mesh, what they may reach, and which findings were accepted. */
import * as z from "zod";
import { refused } from "../config/refused";
import {
  duration,
  labels,
  name,
  namespacedName,
  port,
  Replicas,
  resourceFields,
  Resources,
} from "./fields";
import { ServiceSchema } from "./traffic-config";

const mtls = z.enum(["permissive", "strict"]);
const access = z.enum(["any", "declared"]);
const text = z.string().trim().min(1);

const namespaceFields = {
  create: z
    .boolean()
    .default(true)
    .describe(
      "True: the stack creates the namespace. False: something else creates it. The namespace is never deleted.",
    ),
  mtls: mtls
    .optional()
    .describe(
      "Overrides the setting of the whole mesh for this namespace; by default, it is the same.",
    ),
  access: access
    .optional()
    .describe(
      "Overrides the setting of the whole mesh for this namespace; by default, it is the same.",
    ),
  revision: z
    .enum(["stable", "canary"])
    .default("stable")
    .describe(
      "Control plane of the namespace: stable is the one of `version`, canary the one of `canaryVersion`.",
    ),
};

export const WaypointConfig = z.strictObject({
  replicas: Replicas.optional().describe(
    "Number of pods; by default, 1 in a cluster with one worker, otherwise 2.",
  ),
  resources: Resources.optional().describe(
    "CPU and memory of a waypoint; by default, requests of 100m and 128Mi, and limits of 2 and 1Gi.",
  ),
});
export type WaypointConfig = z.output<typeof WaypointConfig>;

export const SidecarNamespace = z.strictObject({
  ...namespaceFields,
  waypoint: refused("waypoints exist in ambient mode only; sidecars do this work themselves"),
});
export const AmbientNamespace = z.strictObject({
  ...namespaceFields,
  waypoint: z
    .union([z.boolean(), WaypointConfig.pick({ replicas: true })])
    .optional()
    .describe(
      "Layer 7 proxy of the namespace; by default, it exists if a service has a breaker or a route.",
    ),
});

const range = z.cidrv4();
const plaintext = {
  kind: z
    .enum(["Deployment", "StatefulSet", "DaemonSet"])
    .default("Deployment")
    .describe("Kind of the workload."),
  selector: labels
    .optional()
    .describe("Pod labels of the workload; required for `plaintextPorts`."),
  plaintextPorts: z
    .array(port)
    .default([])
    .describe("Ports that accept plaintext from callers outside the mesh, such as a metrics port."),
};

const ProxyConfig = z
  .strictObject({
    cpu: resourceFields.cpu.optional(),
    cpuLimit: resourceFields.cpuLimit,
    memory: resourceFields.memory.optional(),
    memoryLimit: resourceFields.memoryLimit,
    concurrency: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe("Number of worker threads; by default, the CPU limit decides."),
    excludeOutboundIPRanges: z
      .array(range)
      .default([])
      .describe("Destination ranges that bypass the proxy, without mTLS, policies and metrics."),
    excludeInboundPorts: z.array(port).default([]).describe("Inbound ports that bypass the proxy."),
    drainDuration: duration
      .optional()
      .describe("Time that the proxy drains connections when the pod stops."),
  })
  .refine((proxy) => {
    const given = [proxy.cpu, proxy.cpuLimit, proxy.memory, proxy.memoryLimit];
    return given.every((one) => one === undefined) || !given.includes(undefined);
  }, "expected cpu, cpuLimit, memory and memoryLimit together: one annotation alone drops the mesh's defaults for the others");
export type ProxyConfig = z.output<typeof ProxyConfig>;

export const SidecarWorkload = z.strictObject({
  ...plaintext,
  proxy: ProxyConfig.optional().describe(
    "Settings of the workload's sidecars, set as pod annotations.",
  ),
});
export const AmbientWorkload = z.strictObject({
  ...plaintext,
  proxy: refused(
    "an ambient pod has no proxy and ignores its annotations; size ztunnel or waypoint instead",
  ),
});

const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'expected an ISO 3166 code in capitals, such as "SE"');

const EgressDestination = z.strictObject({
  hosts: z
    .array(
      z
        .string()
        .regex(
          /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
          "expected a DNS name such as api.bank.example or *.bank.example",
        ),
    )
    .min(1)
    .describe("DNS names of the destination."),
  ports: z
    .array(
      z.strictObject({
        number: port.describe("Port."),
        protocol: z
          .enum(["TLS", "HTTPS", "HTTP", "HTTP2", "GRPC", "TCP"])
          .describe("Protocol on the port; use TLS if the application itself encrypts."),
      }),
    )
    .min(1)
    .describe("Ports of the destination."),
  ranges: z
    .array(range)
    .default([])
    .describe(
      "Address ranges of the destination, for network policies and to distinguish TCP destinations; by default, any address.",
    ),
  namespaces: z.array(name).min(1).describe("Namespaces that may reach it."),
  owner: text.describe("Person or team that is responsible for the destination."),
  purpose: text.describe("Reason why the destination is needed."),
  country: country.describe("Country that the data goes to, as an ISO 3166 code."),
  exception: text.optional().describe("Legal basis for a country outside the EEA."),
});
export type EgressDestination = z.output<typeof EgressDestination>;

/** Fields that both modes have. */
export const policyFields = {
  mtls: mtls.default("strict").describe("Whether the whole mesh refuses plaintext."),
  access: access
    .default("any")
    .describe(
      "Who may call a service that has no `callers`: any allows everyone; declared allows no one, and also closes every other workload of the namespace.",
    ),
  plaintextClients: z
    .array(
      z.strictObject({
        to: z
          .union([namespacedName, name])
          .describe("Target of the calls: a workload as namespace/name, or a namespace."),
        from: text.describe("Caller that stays outside the mesh."),
        until: z.iso
          .date()
          .optional()
          .describe("Date by which the caller will be gone, YYYY-MM-DD."),
      }),
    )
    .default([])
    .describe(
      "Callers without mTLS; their targets cannot be strict as long as the callers are listed.",
    ),
  services: z
    .record(namespacedName, ServiceSchema)
    .default({})
    .describe("Traffic settings by namespace/service."),
  egress: z
    .strictObject({
      mode: z
        .enum(["allow-list", "any"])
        .default("allow-list")
        .describe("Whether proxies refuse undeclared destinations."),
      allow: z
        .record(name, EgressDestination)
        .default({})
        .describe("Destinations outside the cluster by permanent name."),
    })
    .prefault({})
    .describe("Traffic that leaves the cluster."),
  accept: z
    .array(
      z.strictObject({
        rule: name.describe("Rule of the finding."),
        at: text.describe("Place of the finding."),
        reason: text.describe("Reason why the finding is accepted."),
        by: text.describe("Person who accepted the finding."),
      }),
    )
    .default([])
    .describe(
      "Findings that are accepted in writing; an entry that no longer applies is an error.",
    ),
};
