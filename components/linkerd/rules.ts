/** What is likely to cause an outage or a gap, although Linkerd would accept it. */
import { judgeFindings, type Finding, type Judgement } from "../findings/finding";
import { compareVersions } from "../mesh/versions";
import { milliseconds } from "../text/duration";
import { sorted } from "../text/sorted";
import type { ServiceConfig } from "./config";
import { replicasOf, type LinkerdContext } from "./context";
import { opennessOf } from "./namespaces";
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
    : [
        {
          rule: "ejects-on-first-error",
          at: `${at}.breaker.consecutive5xxErrors`,
          value: "1",
          consequence: "takes a backend out for one failed request, which each caller can provoke",
          safe: "at least 3",
        },
      ];

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

const retriesExceedTimeout: ServiceRule = ({ at, service: { timeout, retries } }) => {
  if (!timeout || !retries?.perTryTimeout || retries.attempts === 0) return [];
  const needed = (retries.attempts + 1) * milliseconds(retries.perTryTimeout);
  if (needed <= milliseconds(timeout)) return [];
  return [
    {
      rule: "retries-exceed-timeout",
      at: `${at}.retries`,
      value: `${retries.attempts + 1} tries of ${retries.perTryTimeout}`,
      consequence: `need ${needed} ms, but the request ends after ${timeout}: the last tries never finish`,
      safe: `a timeout of at least ${needed}ms, or fewer or shorter tries`,
    },
  ];
};

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

const timeoutAfterCaller: ServiceRule = ({ at, service: { timeout, callerTimeout } }) => {
  if (!timeout || !callerTimeout || milliseconds(timeout) < milliseconds(callerTimeout)) return [];
  return [
    {
      rule: "timeout-after-caller",
      at: `${at}.timeout`,
      value: timeout,
      consequence: `outlasts the caller's own ${callerTimeout}: the mesh works on for somebody who has gone`,
      safe: `less than ${callerTimeout}`,
    },
  ];
};

const strictLocksOut: Rule = ({ config }) =>
  config.plaintextClients.flatMap(({ to, from, until }) => {
    const [namespace = "", workload] = to.split("/");
    const open = workload !== undefined && config.workloads[to] !== undefined;
    if (open || opennessOf(config, namespace).mtls === "permissive") return [];
    return [
      {
        rule: "strict-locks-out-client",
        at: `plaintextClients.${to}`,
        value: `strict mTLS for ${from}`,
        consequence: `refuses its connections to ${to}${until === undefined ? "" : `, although it stays until ${until}`}`,
        safe: `namespaces.${namespace}.mtls: permissive until it has moved, or plaintextPorts of the workload`,
      },
    ];
  });

const plaintextAccepted: Rule = ({ config }) => {
  const places = sorted(config.namespaces).flatMap(([name, { mtls }]) =>
    mtls === "permissive" ? [`namespaces.${name}.mtls`] : [],
  );
  return [...(config.mtls === "permissive" ? ["mtls"] : []), ...places].map((at) => ({
    rule: "plaintext-accepted",
    at,
    value: "permissive",
    consequence: "lets in whoever reaches a pod, without encryption and without an identity",
    safe: "strict, once every caller has joined; plaintextPorts for what cannot",
    stage: true,
  }));
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
  if (config.egress.mode === "any") {
    return [
      {
        rule: "egress-open",
        at: "egress.mode",
        value: "any",
        consequence: "lets workloads reach every address outside, also those nobody answers for",
        safe: "allow-list, with each destination under egress.allow",
      },
    ];
  }
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
  strictLocksOut,
  plaintextAccepted,
  plaintextPort,
  egress,
  replicas,
  privilegedInit,
  kubernetesRange,
];
