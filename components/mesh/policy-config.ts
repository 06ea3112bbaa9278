/** Who is in the mesh, what they may reach, and which findings were accepted. */
import * as z from "zod";
import {
  duration,
  labels,
  name,
  namespacedName,
  port,
  refused,
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
    .describe("False for a namespace that something else makes. It is never removed."),
  mtls: mtls.optional().describe("Default: as the whole mesh."),
  access: access.optional().describe("Default: as the whole mesh."),
  revision: z
    .enum(["stable", "canary"])
    .default("stable")
    .describe("Control plane: of `version` or of `canaryVersion`."),
};

export const WaypointConfig = z.strictObject({
  replicas: Replicas.optional().describe("Default: 1 on one worker, else 2."),
  resources: Resources.optional().describe("Default: 100m, 128Mi to 2, 1Gi."),
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
    .describe("Layer 7 proxy of the namespace; default: where a service has a breaker or route."),
});

const range = z.cidrv4();
const plaintext = {
  kind: z
    .enum(["Deployment", "StatefulSet", "DaemonSet"])
    .default("Deployment")
    .describe("Kind of the workload."),
  selector: labels.optional().describe("Pod labels; needed for `plaintextPorts`."),
  plaintextPorts: z
    .array(port)
    .default([])
    .describe("Ports that stay open to callers outside the mesh, such as metrics."),
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
      .describe("Worker threads; default: what the CPU limit allows."),
    excludeOutboundIPRanges: z
      .array(range)
      .default([])
      .describe("Destinations that go past the proxy: no mTLS, no policy, no metrics."),
    excludeInboundPorts: z
      .array(port)
      .default([])
      .describe("Ports whose callers go past the proxy."),
    drainDuration: duration.optional().describe("Time the proxy drains when the pod ends."),
  })
  .refine((proxy) => {
    const given = [proxy.cpu, proxy.cpuLimit, proxy.memory, proxy.memoryLimit];
    return given.every((one) => one === undefined) || !given.includes(undefined);
  }, "expected cpu, cpuLimit, memory and memoryLimit together: one annotation alone drops the mesh's defaults for the others");
export type ProxyConfig = z.output<typeof ProxyConfig>;

export const SidecarWorkload = z.strictObject({
  ...plaintext,
  proxy: ProxyConfig.optional().describe("Settings of its sidecars, as pod annotations."),
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
    .describe("Names of the destination."),
  ports: z
    .array(
      z.strictObject({
        number: port.describe("Port."),
        protocol: z
          .enum(["TLS", "HTTPS", "HTTP", "HTTP2", "GRPC", "TCP"])
          .describe("TLS where the application encrypts by itself."),
      }),
    )
    .min(1)
    .describe("Its ports."),
  ranges: z
    .array(range)
    .default([])
    .describe(
      "Its addresses, for network policies and to tell destinations of TCP apart; none: any address.",
    ),
  namespaces: z.array(name).min(1).describe("Namespaces that may reach it."),
  owner: text.describe("Who answers for it."),
  purpose: text.describe("Why it is needed."),
  country: country.describe("Where the data goes, ISO 3166."),
  exception: text.optional().describe("Ground for a country outside the EEA."),
});
export type EgressDestination = z.output<typeof EgressDestination>;

/** Fields that both modes have. */
export const policyFields = {
  mtls: mtls.default("strict").describe("Whether plaintext is refused in the whole mesh."),
  access: access
    .default("any")
    .describe(
      "Who may call a service without `callers`: any, or with declared nobody, and no other workload of a namespace either.",
    ),
  plaintextClients: z
    .array(
      z.strictObject({
        to: z.union([namespacedName, name]).describe("Workload namespace/name, or a namespace."),
        from: text.describe("Caller that stays outside the mesh."),
        until: z.iso.date().optional().describe("Day it will be gone, YYYY-MM-DD."),
      }),
    )
    .default([])
    .describe("Callers without mTLS; their targets cannot be strict while they are listed."),
  services: z
    .record(namespacedName, ServiceSchema)
    .default({})
    .describe("Traffic settings by namespace/service."),
  egress: z
    .strictObject({
      mode: z
        .enum(["allow-list", "any"])
        .default("allow-list")
        .describe("Whether proxies refuse destinations that are not declared."),
      allow: z
        .record(name, EgressDestination)
        .default({})
        .describe("Destinations outside the cluster by permanent name."),
    })
    .prefault({})
    .describe("What leaves the cluster."),
  accept: z
    .array(
      z.strictObject({
        rule: name.describe("Rule of the finding."),
        at: text.describe("Place of the finding."),
        reason: text.describe("Why it may stay."),
        by: text.describe("Who decided."),
      }),
    )
    .default([])
    .describe("Findings accepted in writing; one that no longer applies is a problem."),
};
