/** What leaves the mesh, what enters it, and what Istio's own analyzers say. */
import type { MeshGateway, MeshPlan } from "../mesh/plan";
import { countOf, firstFew, fullName, ifRead, verdicts, workloadName, type Check } from "./check";
import type { ObservedDeployment, ObservedMesh, ObservedService, ProxyConfig } from "./observed";

export function checkEgress(expected: MeshPlan, observed: ObservedMesh): readonly Check[] {
  const { skip } = verdicts("egress");
  const pods = observed.pods.ok ? observed.pods.value : [];
  const clients = observed.proxies.flatMap((proxy) => {
    const pod = pods.find((one) => fullName(one) === fullName(proxy));
    const enrolled = expected.namespaces.some((one) => one.name === proxy.namespace);
    if (pod === undefined || !enrolled || proxy.config?.ok !== true) return [];
    return [{ name: workloadName(pod), namespace: pod.namespace, config: proxy.config.value }];
  });
  if (expected.mode === "ambient") {
    return [
      skip(
        "egress",
        "ztunnel enforces no allow-list; only an egress waypoint and NetworkPolicies do",
      ),
    ];
  }
  if (clients.length === 0) return [skip("egress", "no proxy's configuration was read")];
  const { mode, allow } = expected.egress;
  const policy = mode === "allow-list" ? clients.map(checkUndeclared) : [];
  const hosts = allow.flatMap(({ hosts, ports, namespaces }) =>
    hosts.flatMap((host) => ports.map(({ number }) => ({ host, port: number, namespaces }))),
  );
  return [...policy, ...hosts.map((host) => checkHost(host, clients))];
}

interface EgressHost {
  readonly host: string;
  readonly port: number;
  readonly namespaces: readonly string[];
}

interface EgressClient {
  readonly name: string;
  readonly namespace: string;
  readonly config: ProxyConfig;
}

function checkUndeclared({ name, config }: EgressClient): Check {
  const { pass, fail } = verdicts("egress");
  const advice =
    "set egress.mode to allow-list; look for a Sidecar with outboundTrafficPolicy ALLOW_ANY";
  if (config.undeclared.includes("passed")) {
    return fail(name, "lets undeclared hosts through (PassthroughCluster in use)", advice);
  }
  if (config.undeclared.includes("blocked")) {
    return pass(name, "undeclared hosts end in BlackHoleCluster");
  }
  return fail(name, "its routes say nothing about undeclared hosts", advice);
}

function checkHost(expected: EgressHost, clients: readonly EgressClient[]): Check {
  const { pass, fail, skip } = verdicts("egress");
  const subject = `${expected.host}:${expected.port}`;
  const users = clients.filter(({ namespace }) => expected.namespaces.includes(namespace));
  const others = clients.filter((one) => !users.includes(one));
  const knows = ({ config }: EgressClient): boolean =>
    config.clusters.some((one) => one.host === expected.host && one.port === expected.port);
  const strangers = others.filter(knows).map(({ name }) => name);
  if (strangers.length > 0) {
    const advice = "see exportTo of its ServiceEntry";
    return fail(subject, `open to ${firstFew(strangers)}, which it was not declared for`, advice);
  }
  if (users.length === 0) {
    return skip(subject, `no proxy of ${expected.namespaces.join(", ")} was read`);
  }
  const without = users.filter((one) => !knows(one)).map(({ name }) => name);
  if (without.length > 0) {
    return fail(
      subject,
      `unknown to ${firstFew(without)}`,
      "see its ServiceEntry and its exportTo",
    );
  }
  return pass(subject, `known to ${countOf(users.length, "workload")}, to no other`);
}

export function checkGateways(expected: MeshPlan, observed: ObservedMesh): readonly Check[] {
  if (expected.gateways.length === 0) return [];
  const question = { id: "gateways", subject: "gateways" };
  return ifRead({ ...question, reading: observed.deployments }, (deployments) =>
    ifRead({ ...question, reading: observed.services }, (services) =>
      expected.gateways.map((gateway) => checkGateway({ gateway, deployments, services })),
    ),
  );
}

function checkGateway(args: {
  readonly gateway: MeshGateway;
  readonly deployments: readonly ObservedDeployment[];
  readonly services: readonly ObservedService[];
}): Check {
  const { gateway } = args;
  const { pass, fail, warn } = verdicts("gateways");
  const subject = fullName(gateway);
  const deployment = args.deployments.find((one) => fullName(one) === subject);
  const service = args.services.find((one) => fullName(one) === subject);
  const missing = [
    ...(deployment === undefined ? ["Deployment"] : []),
    ...(service === undefined ? ["Service"] : []),
  ];
  if (deployment === undefined || service === undefined) {
    return fail(subject, `no ${missing.join(", no ")} of this name`, "run pulumi up");
  }
  const ready = `${deployment.ready} of ${deployment.replicas} replicas ready`;
  if (deployment.ready === 0) return fail(subject, ready, "see the events of its pods");
  const ports = service.ports.map((one) => one.port);
  const lacking = gateway.ports.filter((port) => !ports.includes(port));
  if (lacking.length > 0) {
    return fail(subject, `its Service lacks port ${lacking.join(", ")}`, "run pulumi up");
  }
  if (service.type !== gateway.type) {
    return fail(
      subject,
      `its Service is ${service.type}, declared ${gateway.type}`,
      "run pulumi up",
    );
  }
  const [address] = service.addresses;
  if (service.type === "LoadBalancer" && address === undefined) {
    const advice =
      "declare loadBalancer.pools with a free address, or see the events of the Service";
    return fail(subject, `${ready}, but nothing gave its LoadBalancer an address`, advice);
  }
  const where = address === undefined ? `no outside address: ${service.type}` : `at ${address}`;
  const detail = `${ready}, ports ${gateway.ports.join(", ")}, ${where}`;
  return deployment.ready < deployment.replicas
    ? warn(subject, detail, "see the events of its pods")
    : pass(subject, detail);
}

export function checkAnalyzer(observed: ObservedMesh): readonly Check[] {
  const { pass, fail, warn, skip } = verdicts("analyzer");
  if (!observed.analyzer.ok) {
    return [skip("istioctl analyze", observed.analyzer.reason, "give istioctl by --istioctl")];
  }
  const messages = observed.analyzer.value.filter(({ level }) => level !== "Info");
  if (messages.length === 0) return [pass("istioctl analyze", "no error, no warning")];
  return messages.map(({ code, level, origin, message }) => {
    const advice = `https://istio.io/latest/docs/reference/config/analysis/${code.toLowerCase()}/`;
    return (level === "Error" ? fail : warn)(origin, `${code}: ${message}`, advice);
  });
}
