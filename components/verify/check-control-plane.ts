/** Does the control plane that was declared run, and can the API server reach it? */
import { rootNamespace } from "../mesh/context";
import type { MeshPlan } from "../mesh/plan";
import {
  controlPlanes,
  countOf,
  firstFew,
  fullName,
  ifRead,
  verdicts,
  versionOfImage,
  type Check,
} from "./check";
import type {
  ObservedDeployment,
  ObservedMesh,
  ObservedService,
  ObservedWebhook,
} from "./observed";

export function checkControlPlane(expected: MeshPlan, observed: ObservedMesh): readonly Check[] {
  return [
    ...ifRead(
      { id: "control-plane", subject: rootNamespace, reading: observed.deployments },
      (deployments) => controlPlanes(expected).map((one) => checkRevision({ ...one, deployments })),
    ),
    ...ifRead({ id: "webhooks", subject: "istio", reading: observed.webhooks }, (webhooks) =>
      ifRead({ id: "webhooks", subject: "istio", reading: observed.services }, (services) =>
        checkWebhooks(webhooks, services),
      ),
    ),
    ...ifRead({ id: "crds", subject: "istio.io", reading: observed.crds }, (crds) => [
      checkCrds(expected, crds),
    ]),
  ];
}

function checkRevision(args: {
  readonly revision: string;
  readonly version: string;
  readonly deployments: readonly ObservedDeployment[];
}): Check {
  const { pass, fail, warn } = verdicts("control-plane");
  const { revision, version } = args;
  const subject = `istiod ${revision}`;
  const found = args.deployments.find(
    (one) =>
      one.namespace === rootNamespace &&
      one.labels["app"] === "istiod" &&
      one.labels["istio.io/rev"] === revision,
  );
  const apply = "run pulumi up and look at its Deployment's events";
  if (found === undefined) return fail(subject, `no istiod has istio.io/rev=${revision}`, apply);
  const running = found.images.map(versionOfImage).find((one) => one !== undefined);
  if (running !== version) {
    return fail(subject, `runs ${running ?? "an unknown version"}, declared is ${version}`, apply);
  }
  const ready = `${found.ready} of ${found.replicas} replicas ready at ${version}`;
  if (found.ready === 0) return fail(subject, ready, apply);
  return found.ready < found.replicas ? warn(subject, ready, apply) : pass(subject, ready);
}

function checkWebhooks(
  webhooks: readonly ObservedWebhook[],
  services: readonly ObservedService[],
): readonly Check[] {
  const { pass, fail } = verdicts("webhooks");
  const own = webhooks.filter(({ name }) => name.startsWith("istio"));
  const configurations = [...new Set(own.map(({ name }) => name.split("/")[0] ?? name))].sort();
  if (configurations.length === 0) {
    return [fail("istio", "no webhook configuration of Istio exists", "run pulumi up")];
  }
  return configurations.map((configuration) => {
    const hooks = own.filter(({ name }) => name.startsWith(`${configuration}/`));
    const problems = [...new Set(hooks.flatMap((hook) => problemOf(hook, services)))];
    const advice = "restart istiod of its revision: it writes the certificate into its webhooks";
    if (problems.length > 0) return fail(configuration, problems.join("; "), advice);
    return pass(configuration, `${countOf(hooks.length, "webhook")} with a CA and a live service`);
  });
}

function problemOf(hook: ObservedWebhook, services: readonly ObservedService[]): readonly string[] {
  if (!hook.hasCaBundle) return ["caBundle is empty, so the API server trusts no answer"];
  const { service } = hook;
  // A webhook by URL is served from outside the cluster.
  if (service === undefined) return [];
  const found = services.find((one) => fullName(one) === fullName(service));
  if (found === undefined) return [`its service ${fullName(service)} does not exist`];
  return found.endpoints === 0 ? [`its service ${fullName(service)} has no ready endpoint`] : [];
}

const crds = [
  "authorizationpolicies.security.istio.io",
  "destinationrules.networking.istio.io",
  "gateways.networking.istio.io",
  "peerauthentications.security.istio.io",
  "requestauthentications.security.istio.io",
  "serviceentries.networking.istio.io",
  "sidecars.networking.istio.io",
  "telemetries.telemetry.istio.io",
  "virtualservices.networking.istio.io",
];

const gatewayApiCrds = [
  "gatewayclasses.gateway.networking.k8s.io",
  "gateways.gateway.networking.k8s.io",
  "httproutes.gateway.networking.k8s.io",
];

function checkCrds(expected: MeshPlan, established: readonly string[]): Check {
  const { pass, fail } = verdicts("crds");
  const needed = expected.mode === "ambient" ? [...crds, ...gatewayApiCrds] : crds;
  const missing = needed.filter((name) => !established.includes(name));
  if (missing.length === 0) return pass("istio.io", `${needed.length} are established`);
  return fail("istio.io", `missing or not established: ${firstFew(missing)}`, "run pulumi up");
}
