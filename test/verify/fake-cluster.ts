/** A kubectl that answers from a healthy small cluster, with one place to change an answer. */
import type { Answer, Run } from "../../components/verify/kubectl";
import { certs, clusters, configDump, stats } from "./envoy-answers";

const items = (list: readonly object[]): string => JSON.stringify({ items: list });

function object(namespace: string, name: string, more: object = {}, labels: object = {}): object {
  return { metadata: { namespace, name, labels }, ...more };
}

const proxy = { name: "istio-proxy", image: "docker.io/istio/proxyv2:1.31.1" };
const ledger = object(
  "payments",
  "ledger-0",
  {
    spec: {
      nodeName: "worker-1",
      serviceAccountName: "ledger",
      containers: [{ name: "app", ports: [{ containerPort: 8080 }] }],
      initContainers: [proxy],
    },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True" }],
      initContainerStatuses: [{ name: "istio-proxy", ready: true }],
    },
  },
  { app: "ledger" },
);

const istiod = object(
  "istio-system",
  "istiod-1-31-1",
  {
    spec: {
      replicas: 1,
      template: { spec: { containers: [{ image: "docker.io/istio/pilot:1.31.1" }] } },
    },
    status: { readyReplicas: 1 },
  },
  { app: "istiod", "istio.io/rev": "1-31-1" },
);

const slice = (namespace: string, service: string): object =>
  object(
    namespace,
    `${service}-x`,
    { endpoints: [{ conditions: { ready: true } }] },
    { "kubernetes.io/service-name": service },
  );

const lists: Readonly<Record<string, string>> = {
  deployments: items([istiod]),
  daemonsets: items([]),
  "mutatingwebhookconfigurations,validatingwebhookconfigurations": items([
    {
      metadata: { name: "istio-sidecar-injector-1-31-1" },
      webhooks: [
        {
          name: "rev.namespace.sidecar-injector.istio.io",
          clientConfig: {
            caBundle: "Q0E=",
            service: { name: "istiod-1-31-1", namespace: "istio-system" },
          },
        },
      ],
    },
  ]),
  customresourcedefinitions: items([]),
  services: items([
    object("istio-system", "istiod-1-31-1", { spec: { ports: [{ port: 15012 }] } }),
    object("payments", "ledger", {
      spec: { selector: { app: "ledger" }, ports: [{ port: 8080, targetPort: 8080 }] },
    }),
  ]),
  endpointslices: items([slice("istio-system", "istiod-1-31-1"), slice("payments", "ledger")]),
  pods: items([ledger]),
  nodes: items([object("", "worker-1")]),
};

const admin: Readonly<Record<string, object>> = { certs, clusters, config_dump: configDump, stats };

const reset =
  "Error from server (ServiceUnavailable): error trying to reach service: read tcp 10.0.0.1:1->10.244.1.7:8080: read: connection reset by peer";

/** `answers` wins for calls whose words contain its key; `calls` collects every call's words. */
export function fakeRun(answers: Readonly<Record<string, Answer>> = {}, calls: string[] = []): Run {
  return (program, words) => {
    const line = words.join(" ");
    calls.push(`${program} ${line}`);
    const own = Object.entries(answers).find(([part]) => line.includes(part))?.[1];
    return Promise.resolve(own ?? answer(words));
  };
}

function answer(words: readonly string[]): Answer {
  const good = (stdout: string): Answer => ({ stdout, error: "" });
  const verb = words.find((word) => !word.startsWith("-") && word !== "kubeconfig");
  const last = words.at(-1) ?? "";
  if (last === "/version") return good("{}");
  if (last.includes("/proxy/")) return { stdout: "", error: reset };
  if (verb === "analyze") return good("[]");
  if (verb === "exec") return good(JSON.stringify(admin[last.split("?")[0] ?? ""]));
  return good(lists[words[words.indexOf("get") + 1] ?? ""] ?? "");
}
