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
      "Where nodes reach the API servers, for ever: node-local, a load balancer on every node, or host:port of one of your own.",
    ),
  externalEndpoint: hostPort
    .optional()
    .describe(
      "host:port operators use in the kubeconfig; defaults to `endpoint`, or to the bootstrap control plane where that is node-local.",
    ),
  podCidr: cidr.default("10.244.0.0/16").describe("Addresses of pods."),
  serviceCidr: cidr.default("10.96.0.0/16").describe("Addresses of services."),
  dnsDomain: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "expected a DNS domain in lower case")
    .default("cluster.local")
    .describe("Domain of cluster DNS names."),
  cni: z
    .enum(networkNames)
    .default("flannel")
    .describe(
      `Pod network: ${networkNames.map((name) => `${name}, ${networks[name].summary}`).join("; ")}.`,
    ),
  podSysctls: PodSysctls.default({}).describe(
    "Kernel values of every pod's own network namespace, on top of the defaults (docs/kernel.md); `leave` takes one of those out. Pods get them when they start.",
  ),
  maxPods: z
    .number()
    .int()
    .min(16)
    .max(253)
    .default(110)
    .describe("Pods a node may run; its /24 has no more addresses."),
  systemReservedMiB: z
    .number()
    .int()
    .min(128)
    .default(512)
    .describe("Memory withheld from pods for the kernel and services."),
  podPidsLimit: z.number().int().min(256).default(4096).describe("Processes one pod may have."),
  kubelet: KubeletFields.default({}).describe(
    "Further fields of KubeletConfiguration v1beta1, on top of what every node gets.",
  ),
  leaderElectionLeaseSeconds: z
    .number()
    .int()
    .min(15)
    .max(300)
    .default(15)
    .describe(
      "Seconds until another controller manager or scheduler takes over from one that is silent; longer on machines too slow to renew in time.",
    ),
  podSecurity: z
    .enum(["privileged", "baseline", "restricted"])
    .default("baseline")
    .describe("Pod Security Standard enforced where a namespace says nothing."),
  audit: z
    .strictObject({
      maxAgeDays: z.number().int().min(1).default(30).describe("Days a file is kept."),
      maxBackups: z
        .number()
        .int()
        .min(1)
        .default(10)
        .describe("Files kept besides the current one."),
      maxSizeMiB: z
        .number()
        .int()
        .min(1)
        .default(100)
        .describe("Size at which a new file begins, MiB."),
    })
    .prefault({})
    .describe("Retention of the API server's audit log."),
});
export type KubernetesConfig = z.output<typeof KubernetesConfig>;
