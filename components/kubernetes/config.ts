import * as z from "zod";
import { KubeletFields } from "./kubelet";
import { networkNames, networks } from "./networks";
import { PodSysctls } from "./pod-sysctls";

const cidr = z.cidrv4();
const hostPort = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?:\d{1,5}$/, "expected host:port");

export const KubernetesConfig = z.strictObject({
  endpoint: z
    .union([z.literal("node-local"), hostPort])
    .default("node-local")
    .describe(
      "Permanent address at which nodes reach the API servers: node-local, a load balancer on every node, or host:port of your own load balancer.",
    ),
  externalEndpoint: hostPort
    .optional()
    .describe(
      "Address of the API server in the operators' kubeconfig, host:port; by default, `endpoint`, or the bootstrap control plane if `endpoint` is node-local.",
    ),
  podCidr: cidr
    .default("10.244.0.0/16")
    .describe("IPv4 range (CIDR) of pods; each node gets a /24 of it."),
  serviceCidr: cidr.default("10.96.0.0/16").describe("IPv4 range (CIDR) of Services."),
  dnsDomain: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "expected a DNS domain in lower case")
    .default("cluster.local")
    .describe("DNS domain of the cluster."),
  cni: z
    .enum(networkNames)
    .default("flannel")
    .describe(
      `Pod network. ${networkNames.map((name) => `${name}: ${networks[name].summary}.`).join(" ")}`,
    ),
  kubeProxy: z
    .boolean()
    .default(true)
    .describe(
      "True: kube-proxy, with nftables, gives Services their addresses. False: the pod network does, without kube-proxy; only cilium can.",
    ),
  podSysctls: PodSysctls.default({}).describe(
    "Sysctl values of every pod's network namespace, by full name; they override the defaults (docs/kernel.md), and `leave` removes one. A pod gets them when it starts.",
  ),
  maxPods: z
    .number()
    .int()
    .min(16)
    .max(253)
    .default(110)
    .describe("Maximum number of pods on a node; its /24 pod range sets the upper bound."),
  systemReservedMiB: z
    .number()
    .int()
    .min(128)
    .default(512)
    .describe("Memory that is reserved for the kernel and system services, in MiB."),
  podPidsLimit: z
    .number()
    .int()
    .min(256)
    .default(4096)
    .describe("Maximum number of processes in a pod."),
  kubelet: KubeletFields.default({}).describe(
    "Fields of KubeletConfiguration v1beta1 for all nodes, merged over those that the stack sets.",
  ),
  leaderElectionLeaseSeconds: z
    .number()
    .int()
    .min(15)
    .max(300)
    .default(15)
    .describe(
      "Time after which another controller manager or scheduler takes over from an unresponsive one, in seconds; increase it on machines that are too slow to renew the lease in time.",
    ),
  podSecurity: z
    .enum(["privileged", "baseline", "restricted"])
    .default("baseline")
    .describe("Pod Security Standard that is enforced in namespaces that do not set their own."),
  audit: z
    .strictObject({
      maxAgeDays: z
        .number()
        .int()
        .min(1)
        .default(30)
        .describe("Time for which a rotated log file is kept, in days."),
      maxBackups: z
        .number()
        .int()
        .min(1)
        .default(10)
        .describe("Number of rotated log files that are kept."),
      maxSizeMiB: z
        .number()
        .int()
        .min(1)
        .default(100)
        .describe("Size at which the log file is rotated, in MiB."),
    })
    .prefault({})
    .describe("Retention of the API server's audit log."),
});
export type KubernetesConfig = z.output<typeof KubernetesConfig>;
