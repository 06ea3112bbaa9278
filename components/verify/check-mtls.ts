/** Who speaks mutual TLS to whom, from what each proxy has in use; certificates; open doors. */
import type { MeshNamespace, MeshPlan } from "../mesh/plan";
import {
  byWorkload,
  countOf,
  enrolledPods,
  firstFew,
  fullName,
  ifRead,
  isGatewayPod,
  plaintextPorts,
  verdicts,
  workloadName,
  type Check,
} from "./check";
import type {
  EnvoyCluster,
  ObservedMesh,
  ObservedPod,
  ObservedProxy,
  ObservedService,
  ProxyConfig,
} from "./observed";

export function checkMutualTls(expected: MeshPlan, observed: ObservedMesh): readonly Check[] {
  return ifRead({ id: "mtls", subject: "pods", reading: observed.pods }, (pods) => [
    ...checkPairs(expected, observed, pods),
    ...checkInbound(expected, observed, pods),
    ...checkCertificates(expected, observed, pods),
  ]);
}

function checkPairs(
  expected: MeshPlan,
  observed: ObservedMesh,
  pods: readonly ObservedPod[],
): readonly Check[] {
  const { skip, fail } = verdicts("mtls");
  if (expected.mode === "ambient") return checkAmbientPairs(expected, observed);
  return ifRead({ id: "mtls", subject: "services", reading: observed.services }, (services) => {
    const rows = clientsOf(observed, pods).flatMap(({ client, reading }): readonly Check[] => {
      if (!reading.ok) {
        return [fail(client, `the proxy's configuration was not read: ${reading.reason}`)];
      }
      return services.flatMap((service) =>
        checkService({ expected, client, config: reading.value, service }),
      );
    });
    return rows.length > 0
      ? rows
      : [skip("workload pairs", "no proxy knows a service of the mesh")];
  });
}

function clientsOf(observed: ObservedMesh, pods: readonly ObservedPod[]) {
  return observed.proxies.flatMap((proxy) => {
    const pod = pods.find((one) => fullName(one) === fullName(proxy));
    if (pod === undefined || proxy.config === undefined) return [];
    return [{ client: workloadName(pod), reading: proxy.config }];
  });
}

function checkService(args: {
  readonly expected: MeshPlan;
  readonly client: string;
  readonly config: ProxyConfig;
  readonly service: ObservedService;
}): readonly Check[] {
  const { client, config, service } = args;
  const namespace = args.expected.namespaces.find((one) => one.name === service.namespace);
  if (namespace === undefined) return [];
  return service.ports.flatMap(({ port }) => {
    const clusters = config.clusters.filter(
      (one) =>
        one.port === port &&
        !one.inboundVip &&
        one.host.startsWith(`${service.name}.${service.namespace}.svc.`),
    );
    // Outside the client's Sidecar scope: it cannot call this port by name at all.
    if (clusters.length === 0) return [];
    const subject = `${client} -> ${fullName(service)}:${port}`;
    return [
      checkPair({
        subject,
        clusters,
        config,
        mtls: namespace.mtls,
        trustDomain: args.expected.trustDomain,
      }),
    ];
  });
}

function checkPair(args: {
  readonly subject: string;
  readonly clusters: readonly EnvoyCluster[];
  readonly config: ProxyConfig;
  readonly mtls: MeshNamespace["mtls"];
  readonly trustDomain: string;
}): Check {
  const { subject, clusters, config } = args;
  const { pass, fail, warn, skip } = verdicts("mtls");
  const names = clusters.map((one) => one.name);
  const endpoints = config.endpoints.filter((one) => names.includes(one.cluster));
  const plainClusters = clusters.filter((one) => one.tls === "none");
  const plain = endpoints.filter((one) =>
    clusters.some(
      (cluster) =>
        cluster.name === one.cluster &&
        (cluster.tls === "none" || (cluster.tls === "endpoint" && !one.mutualTls)),
    ),
  );
  const severity = args.mtls === "strict" ? fail : warn;
  if (plainClusters.length > 0) {
    const detail = `plaintext: ${firstFew(plainClusters.map((one) => one.name))} carries no TLS`;
    return severity(subject, detail, "remove tls.mode DISABLE or SIMPLE from its DestinationRule");
  }
  if (endpoints.length === 0) return skip(subject, "no endpoint to speak to");
  if (plain.length > 0) {
    const detail = `plaintext to ${plain.length} of ${countOf(endpoints.length, "endpoint")} without a proxy (${firstFew(plain.map((one) => one.address))})`;
    return severity(subject, detail, "restart those pods, so that they get a proxy");
  }
  const identities = [...new Set(clusters.flatMap((one) => one.identities))];
  const foreign = identities.filter((one) => !one.startsWith(`spiffe://${args.trustDomain}/ns/`));
  if (identities.length === 0 || foreign.length > 0) {
    const detail =
      foreign.length > 0
        ? `TLS towards ${firstFew(foreign)}, which is not of ${args.trustDomain}`
        : "TLS without the name of the server: any workload of the mesh could answer";
    return fail(subject, detail, "remove subjectAltNames from its DestinationRule");
  }
  return pass(
    subject,
    `mutual TLS to ${countOf(endpoints.length, "endpoint")} as ${firstFew(identities)}`,
  );
}

function checkAmbientPairs(expected: MeshPlan, observed: ObservedMesh): readonly Check[] {
  const { pass, fail, warn, skip } = verdicts("mtls");
  if (!observed.ztunnel.ok) {
    const advice = "give istioctl by --istioctl";
    return [skip("workload pairs", `ztunnel was not asked: ${observed.ztunnel.reason}`, advice)];
  }
  const workloads = observed.ztunnel.value;
  return expected.namespaces.flatMap((namespace) => {
    const own = workloads.filter((one) => one.namespace === namespace.name);
    if (own.length === 0) return [skip(namespace.name, "ztunnel knows no workload of it")];
    const severity = namespace.mtls === "strict" ? fail : warn;
    return own.map((one) =>
      one.protocol === "HBONE"
        ? pass(`* -> ${fullName(one)}`, "ztunnel reaches it through HBONE (mutual TLS)")
        : severity(`* -> ${fullName(one)}`, `reached by plain ${one.protocol}`, "delete the pod"),
    );
  });
}

function checkInbound(
  expected: MeshPlan,
  observed: ObservedMesh,
  pods: readonly ObservedPod[],
): readonly Check[] {
  if (expected.mode === "ambient") return [];
  const { pass, fail } = verdicts("inbound");
  return observed.proxies.flatMap(({ config, ...proxy }): readonly Check[] => {
    const pod = enrolledPods(expected, pods).find((one) => fullName(one) === fullName(proxy));
    const mtls = expected.namespaces.find((one) => one.name === proxy.namespace)?.mtls;
    if (pod === undefined || isGatewayPod(pod) || config === undefined) return [];
    const subject = workloadName(pod);
    if (!config.ok) return [fail(subject, `not read: ${config.reason}`)];
    const chains = (config.value.inbound ?? []).filter((one) => !one.name.includes("blackhole"));
    if (chains.length === 0) {
      return [fail(subject, "the proxy has no listener for inbound traffic", "restart the pod")];
    }
    const excused = plaintextPorts(expected, subject);
    const open = chains
      .filter((one) => !one.tls || !one.requiresClientCertificate)
      .filter((one) => one.port === undefined || !excused.includes(one.port));
    if (mtls === "permissive") {
      return [
        pass(
          subject,
          `PERMISSIVE as declared: ${open.length} of ${countOf(chains.length, "filter chain")} take plaintext`,
        ),
      ];
    }
    if (open.length === 0) {
      const but =
        excused.length === 0 ? "" : `; port ${excused.join(", ")} takes plaintext as declared`;
      return [
        pass(subject, `every filter chain (${chains.length}) demands a client certificate${but}`),
      ];
    }
    const ports = [...new Set(open.map((one) => String(one.port ?? "any port")))];
    const advice = "look for a PeerAuthentication of this workload or port that is not STRICT";
    return [fail(subject, `plaintext is let in on ${firstFew(ports)}`, advice)];
  });
}

function checkCertificates(
  expected: MeshPlan,
  observed: ObservedMesh,
  pods: readonly ObservedPod[],
): readonly Check[] {
  const { pass, fail, warn } = verdicts("certificates");
  const withProxy = pods.filter((pod) =>
    observed.proxies.some((one) => fullName(one) === fullName(pod)),
  );
  return byWorkload(withProxy).map(([workload, members]) => {
    const lives = members.map((pod) => {
      const proxy = observed.proxies.find((one) => fullName(one) === fullName(pod));
      return lifeOf({ expected, time: observed.time, pod, proxy });
    });
    const problems = lives.flatMap((one) => (typeof one === "string" ? [one] : []));
    if (problems.length > 0)
      return fail(workload, firstFew(problems), "restart the pod; see istiod's log");
    const hours = Math.min(...lives.flatMap((one) => (typeof one === "number" ? [one] : [])));
    const detail = `${countOf(members.length, "certificate")} of ${members[0]?.serviceAccount ?? "?"}, the first expires in ${Math.floor(hours)} h`;
    // A proxy renews at half of the 24 hours it is given.
    return hours < 1
      ? warn(workload, detail, "it should have been renewed: see istiod's log")
      : pass(workload, detail);
  });
}

/** Hours the certificate has left, or what is wrong with it. */
function lifeOf(args: {
  readonly expected: MeshPlan;
  readonly time: string;
  readonly pod: ObservedPod;
  readonly proxy: ObservedProxy | undefined;
}): number | string {
  const { pod, proxy } = args;
  if (proxy === undefined) return `${pod.name}: not asked`;
  if (!proxy.certificate.ok) return `${pod.name}: ${proxy.certificate.reason}`;
  const { uris, validFrom, expires } = proxy.certificate.value;
  const identity = `spiffe://${args.expected.trustDomain}/ns/${pod.namespace}/sa/${pod.serviceAccount}`;
  if (!uris.includes(identity)) return `${pod.name}: says ${firstFew(uris)}, not ${identity}`;
  const now = Date.parse(args.time);
  const left = Date.parse(expires) - now;
  if (Number.isNaN(left) || Number.isNaN(Date.parse(validFrom)))
    return `${pod.name}: dates are illegible`;
  if (left <= 0) return `${pod.name}: expired ${expires}`;
  if (Date.parse(validFrom) > now) return `${pod.name}: not valid before ${validFrom}`;
  return left / 3_600_000;
}
