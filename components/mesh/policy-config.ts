/** Who is in the mesh, what they may reach, and which findings were accepted. */
import * as z from "zod";
import { refused } from "../config/refused";
import { AcceptedFinding } from "../findings/accepted";
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
      "True: the stack creates the namespace. False: something else creates it. The stack never deletes it.",
    ),
  mtls: mtls.optional().describe("`mtls` of this namespace; by default, that of the whole mesh."),
  access: access
    .optional()
    .describe("`access` of this namespace; by default, that of the whole mesh."),
  revision: z
    .enum(["stable", "canary"])
    .default("stable")
    .describe("Control plane of the namespace: stable has `version`, canary has `canaryVersion`."),
};

export const WaypointConfig = z.strictObject({
  replicas: Replicas.optional().describe(
    "Number of pods of a waypoint; by default, 1 if only one node takes pods, otherwise 2.",
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
      "Waypoint (layer 7 proxy) of the namespace: true, false, or its size; by default, there is one if a service has a breaker, canary or timeout.",
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
    .describe("Pod labels that select the workload's pods; required for `plaintextPorts`."),
  plaintextPorts: z
    .array(port)
    .default([])
    .describe(
      "Pod ports that accept plaintext from callers outside the mesh even under strict mTLS, such as a metrics port.",
    ),
};

/** One of four fields that annotations of a pod only set together. */
const proxyLimit = (what: string) =>
  `${what}; cpu, cpuLimit, memory and memoryLimit are set together or not at all. By default, the mesh's.`;

const ProxyConfig = z
  .strictObject({
    cpu: resourceFields.cpu.optional().describe(proxyLimit("CPU request, such as 100m")),
    cpuLimit: resourceFields.cpuLimit.describe(proxyLimit("CPU limit, such as 2")),
    memory: resourceFields.memory.optional().describe(proxyLimit("Memory request, such as 256Mi")),
    memoryLimit: resourceFields.memoryLimit.describe(proxyLimit("Memory limit, such as 1Gi")),
    concurrency: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe("Number of the proxy's worker threads; by default, derived from its CPU limit."),
    excludeOutboundIPRanges: z
      .array(range)
      .default([])
      .describe(
        "IPv4 destination ranges (CIDR) that bypass the proxy: no mTLS, policies or metrics apply.",
      ),
    excludeInboundPorts: z
      .array(port)
      .default([])
      .describe("Pod ports whose inbound traffic bypasses the proxy."),
    drainDuration: duration
      .optional()
      .describe(
        "Time for which the proxy drains connections when the pod stops, such as 45s; by default, Istio's.",
      ),
  })
  .refine((proxy) => {
    const given = [proxy.cpu, proxy.cpuLimit, proxy.memory, proxy.memoryLimit];
    return given.every((one) => one === undefined) || !given.includes(undefined);
  }, "expected cpu, cpuLimit, memory and memoryLimit together: one annotation alone drops the mesh's defaults for the others");
export type ProxyConfig = z.output<typeof ProxyConfig>;

export const SidecarWorkload = z.strictObject({
  ...plaintext,
  proxy: ProxyConfig.optional().describe(
    "Settings of the workload's sidecars; they are applied as annotations when its pods start.",
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
    .describe("DNS names of the destination, such as api.bank.example or *.bank.example."),
  ports: z
    .array(
      z.strictObject({
        number: port.describe("Port number."),
        protocol: z
          .enum(["TLS", "HTTPS", "HTTP", "HTTP2", "GRPC", "TCP"])
          .describe("Protocol on the port; TLS if the application itself encrypts."),
      }),
    )
    .min(1)
    .describe("Ports of the destination."),
  ranges: z
    .array(range)
    .default([])
    .describe(
      "IPv4 ranges (CIDR) of the destination, for network policies and to distinguish TCP destinations; by default, any address.",
    ),
  namespaces: z.array(name).min(1).describe("Enrolled namespaces that may reach the destination."),
  owner: text.describe("Person or team that is responsible for the destination."),
  purpose: text.describe("Reason why the destination is needed."),
  country: country.describe(
    "Country that the data goes to, as an ISO 3166 code of two capital letters, such as SE.",
  ),
  exception: text.optional().describe("Legal basis for a country outside the EEA; required there."),
});
export type EgressDestination = z.output<typeof EgressDestination>;

/** Fields that both modes have. */
export const policyFields = {
  mtls: mtls
    .default("strict")
    .describe(
      "strict: workloads refuse plaintext. permissive: they accept both mTLS and plaintext.",
    ),
  access: access
    .default("any")
    .describe(
      "Who may call a service without `callers`. any: everyone. declared: no one; every other workload of its namespace is closed too.",
    ),
  plaintextClients: z
    .array(
      z.strictObject({
        to: z
          .union([namespacedName, name])
          .describe("Target of the calls: namespace/workload, or a namespace."),
        from: text.describe("Caller outside the mesh, as free text."),
        until: z.iso
          .date()
          .optional()
          .describe("Date by which the caller will be gone, YYYY-MM-DD."),
      }),
    )
    .default([])
    .describe(
      "Callers outside the mesh, which use plaintext; strict mTLS for their targets is a finding while they are listed.",
    ),
  services: z
    .record(namespacedName, ServiceSchema)
    .default({})
    .describe("Traffic settings of Services, by namespace/name."),
  egress: z
    .strictObject({
      mode: z
        .enum(["allow-list", "any"])
        .default("allow-list")
        .describe(
          "allow-list: proxies refuse undeclared destinations outside the cluster. any: they allow them.",
        ),
      allow: z
        .record(name, EgressDestination)
        .default({})
        .describe("Allowed destinations outside the cluster, by permanent name."),
    })
    .prefault({})
    .describe("Traffic that leaves the cluster."),
  accept: z
    .array(AcceptedFinding)
    .default([])
    .describe(
      "Findings that are accepted in writing; an entry that no longer applies is an error.",
    ),
};
