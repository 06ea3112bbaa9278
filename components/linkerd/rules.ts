/** What is likely to cause an outage or a gap, although Linkerd would accept it. */
import { judgeFindings, type Finding, type Judgement } from "../findings/finding";
import {
  egressOpen,
  ejectsOnFirstError,
  plaintextAccepted,
  retriesExceedTimeout,
  strictLocksOut,
  timeoutAfterCaller,
} from "../mesh/rules-of-any-mesh";
import { compareVersions } from "../mesh/versions";
import { sorted } from "../text/sorted";
import type { ServiceConfig } from "./config";
import { replicasOf, type LinkerdContext } from "./context";
import { retryConditions } from "./traffic";
import { testedKubernetes } from "./versions";

type Rule = (context: LinkerdContext) => readonly Finding[];
type ServiceRule = (place: {
  readonly at: string;
  readonly service: ServiceConfig;
}) => readonly Finding[];

export function judge(context: LinkerdContext): Judgement {
  const found = [
    ...sorted(context.config.services).flatMap(([key, service]) =>
      serviceRules.flatMap((rule) => rule({ at: `services.${key}`, service })),
    ),
    ...rules.flatMap((rule) => rule(context)),
  ];
  return judgeFindings(found, context.config.accept);
}

const firstError: ServiceRule = ({ at, service: { breaker } }) =>
  breaker?.consecutive5xxErrors !== 1
    ? []
    : [ejectsOnFirstError(`${at}.breaker.consecutive5xxErrors`)];

const singleBackend: ServiceRule = ({ at, service: { breaker, replicas } }) =>
  breaker === undefined || replicas !== 1
    ? []
    : [
        {
          rule: "single-backend-ejection",
          at: `${at}.breaker`,
          value: "ejection with 1 replica",
          consequence: "takes the only backend out and with it the service",
          safe: "no breaker, or more replicas",
        },
      ];

/** A status never tells that the request did not arrive. */
const retriesNotIdempotent: ServiceRule = ({ at, service }) => {
  if (service.idempotent || (service.retries?.attempts ?? 0) === 0) return [];
  return [
    {
      rule: "retries-not-idempotent",
      at: `${at}.retries`,
      value: retryConditions(service).join(", "),
      consequence: "sends requests again that may have been carried out, such as payments",
      safe: "idempotent: true if that does no harm, else no retries",
    },
  ];
};

const plaintextPort: Rule = ({ config }) =>
  sorted(config.workloads).map(([key, { plaintextPorts }]) => ({
    rule: "plaintext-port",
    at: `workloads.${key}.plaintextPorts`,
    value: plaintextPorts.join(", "),
    consequence: "lets in whoever reaches the pod, without encryption and an identity",
    safe: "callers in the mesh",
    stage: true,
  }));

const egress: Rule = ({ config }) => {
  if (config.egress.mode === "any") return egressOpen(config);
  if (Object.keys(config.egress.allow).length === 0) return [];
  return [
    {
      rule: "egress-unenforced",
      at: "egress.allow",
      value: "an allow-list in proxies alone",
      consequence:
        "is hygiene and no boundary: a process that avoids its proxy reaches any address, and no network policy comes with Linkerd",
      safe: "mode sidecar or ambient over cilium or calico; or network policies of your own, and this accepted in writing",
    },
  ];
};

const replicas: Rule = (context) => {
  const { config, cluster } = context;
  const count = replicasOf(context);
  const at = "controlPlane.replicas.min";
  if (count > Math.max(1, cluster.workerNodes)) {
    return [
      {
        rule: "replicas-without-node",
        at,
        value: String(count),
        consequence: `leaves pods without a node: each wants one of its own, and ${cluster.workerNodes} take pods`,
        safe: `at most ${Math.max(1, cluster.workerNodes)}`,
      },
    ];
  }
  if (config.controlPlane.replicas?.min !== 1 || cluster.workerNodes <= 1) return [];
  return [
    {
      rule: "single-replica",
      at,
      value: "1",
      consequence:
        "lets no pod of the mesh start, and no certificate renew, while its node is away",
      safe: "2 or more",
    },
  ];
};

const privilegedInit: Rule = ({ config }) =>
  config.linkerdCni
    ? []
    : [
        {
          rule: "privileged-init-container",
          at: "linkerdCni",
          value: "false",
          consequence:
            "gives every pod of the mesh a container with NET_ADMIN and NET_RAW, which the pod security levels baseline and restricted refuse",
          safe: "linkerdCni: true",
        },
      ];

const kubernetesRange: Rule = ({ config, cluster: { kubernetesVersion } }) => {
  const { from, to } = testedKubernetes;
  if (kubernetesVersion === undefined) return [];
  const line = kubernetesVersion.split(".").slice(0, 2).join(".");
  if (compareVersions(line, from) >= 0 && compareVersions(line, to) <= 0) return [];
  return [
    {
      rule: "kubernetes-out-of-range",
      at: "version",
      value: config.version,
      consequence: `was never tested with Kubernetes ${line}, only with ${from} to ${to}`,
      safe: "a cluster whose version is in this range",
    },
  ];
};

const serviceRules: readonly ServiceRule[] = [
  firstError,
  singleBackend,
  retriesExceedTimeout,
  retriesNotIdempotent,
  timeoutAfterCaller,
];

const rules: readonly Rule[] = [
  ({ config }) => strictLocksOut(config),
  ({ config }) => plaintextAccepted(config),
  plaintextPort,
  egress,
  replicas,
  privilegedInit,
  kubernetesRange,
];
