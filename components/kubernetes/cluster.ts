/** A kubeadm cluster: its hosts, what makes a cluster of them, and the credentials that result. */
import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "../config/parse";
import { machineRows } from "../host/fleet";
import { generatedUid } from "../host/host";
import { plainHosts } from "../host/late-hosts";
import { noLateAddresses, resolveAddresses } from "../steps/late-addresses";
import { movedInto } from "../steps/objects";
import { clusterProvider } from "../steps/provider";
import type { ApiTarget } from "../steps/target";
import { checkCluster } from "./checks";
import type { KubeadmClusterArgs } from "./cluster-args";
import { ClusterConfig } from "./cluster-config";
import { createHosts, operatorKey, type PlannedCluster } from "./cluster-hosts";
import { createSecrets, runOnHost, runSteps } from "./cluster-steps";
import { keepConstants } from "./constants";
import { withServer } from "./credentials";
import { factsForObjects, planCluster, type ClusterPlan } from "./plan-cluster";

/** Above this, a run keeps no stack traces. */
const manyHosts = 50;

/**
 * A kubeadm cluster: hosts, control planes, workers, pod network, certificates. `name` is permanent; the hosts store it.
 *
 * The constructor throws ConfigError with one line per invalid argument before anything is registered.
 *
 * @example
 * const cluster = new KubeadmCluster("prod", { release, hosts: { "cp-1": { ...server, role: "control-plane" } } });
 * new k8s.core.v1.Namespace("shop", {}, { provider: cluster.provider });
 */
export class KubeadmCluster extends pulumi.ComponentResource {
  /** Administrator's kubeconfig, YAML; secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** URL of the API server for operators, https://host:port. */
  readonly endpoint: pulumi.Output<string>;
  /** Provider for resources of `@pulumi/kubernetes` in this cluster. */
  readonly provider: ApiTarget["provider"];
  /** host:port of the SSH server, by host. */
  readonly nodes: pulumi.Output<Readonly<Record<string, string>>>;
  /** Generated private SSH key for the hosts, secret; undefined if a key is declared or the SSH agent has it. */
  readonly sshPrivateKey: pulumi.Output<string> | undefined;
  /** The cluster once every node is Ready: `cluster` of another component. */
  readonly target: ApiTarget;
  readonly plan: ClusterPlan;

  /**
   * Checks the arguments without registering a resource, for unit tests.
   *
   * @throws ConfigError with one line per problem, as the constructor does.
   */
  static check(name: string, args: KubeadmClusterArgs): void {
    planFromArgs(name, args);
  }

  constructor(
    name: string,
    args: KubeadmClusterArgs | PlannedCluster,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const planned = "plan" in args ? args : planFromArgs(name, args);
    const { plan, privateKey, addresses = noLateAddresses } = planned;
    const { endpoint } = plan.kubernetes;
    // No inputs of its own: a refused edit leaves no trace in the state.
    super("nordmesh:kubernetes:KubeadmCluster", name, {}, opts);
    // The SDK keeps a stack trace of every promise: a third of the processor time of a large run.
    if (plan.hosts.length > manyHosts) Error.stackTraceLimit = 0;
    this.plan = plan;
    const kept = keepConstants(`${name}-constants`, plan.kubernetes.constants, movedInto(this));
    const sshKey = operatorKey(name, this, planned);
    const uid = generatedUid(`${name}-uid`, movedInto(this));
    const hosts = createHosts(this, { planned, sshKey, uid, kept });
    const late = {
      ...createSecrets(this, name),
      CLUSTER_UID: uid,
      MACHINES: hosts.facts.apply(machineRows),
    };
    const { made, credentials } = runSteps(this, { plan, hosts, late });
    const operators = resolveAddresses(endpoint.operators, addresses);
    this.endpoint = pulumi.interpolate`https://${operators}`;
    this.kubeconfig = pulumi.secret(
      pulumi
        .all([credentials, operators])
        .apply(([{ kubeconfig }, server]) => withServer(kubeconfig, server)),
    );
    this.provider = clusterProvider(
      `${name}-kubernetes`,
      { kubeconfig: this.kubeconfig, clusterIdentifier: plan.clusterId },
      { ...movedInto(this, "kubernetes"), protect: false },
    );
    const generated = privateKey === undefined ? sshKey : undefined;
    this.sshPrivateKey = generated && pulumi.secret(generated.apply((key) => key.privateKey));
    this.nodes = pulumi.output(
      Object.fromEntries(
        plan.hosts.map(({ name: host, connection }) => [
          host,
          resolveAddresses(`${connection.host}:${connection.port}`, addresses),
        ]),
      ),
    );
    this.target = {
      facts: factsForObjects(plan),
      prefix: plan.prefix,
      provider: this.provider,
      made,
      deletedWith: made.get(plan.kubernetes.birth),
      run: (step, late, own) => runOnHost({ step, hosts, late, opts: own }),
    };
    this.registerOutputs({ kubeconfig: this.kubeconfig, endpoint: this.endpoint });
  }
}

/** Checks what a program wrote in the words that a file would get, then plans it. */
function planFromArgs(name: string, args: KubeadmClusterArgs): PlannedCluster {
  const { privateKey, ...rest } = args;
  const { hosts, ...late } = plainHosts(rest.hosts);
  const raw = { ...rest, hosts };
  const config = parseConfig({ schema: ClusterConfig, raw, root: "args", check: checkCluster });
  const plan = planCluster({
    name,
    prefix: `${name}-`,
    resourceName: name,
    config,
    imageSets: ["kubernetes", "mesh"],
  });
  return { plan, privateKey, ...late };
}
