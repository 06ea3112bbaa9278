/** A kubeadm cluster on prepared hosts, and the credentials that result. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Host } from "../host/host";
import { seedBase64, seedFrom } from "../text/seed";
import { runStep } from "../remote";
import { parseCredentials, withServer } from "./credentials";
import { clusterSteps } from "./members";
import type { ClusterStepPlan, KubernetesPlan } from "./plan";

export interface KubeadmClusterArgs {
  readonly plan: KubernetesPlan;
  readonly hosts: Readonly<Record<string, Host>>;
  /** What must be done on each host before kubeadm runs there, by host. */
  readonly prepared: Readonly<Record<string, pulumi.Resource>>;
  /** Tells this cluster from every other of its name. */
  readonly uid: pulumi.Input<string>;
  /** `name machine-id` rows of all hosts. */
  readonly machines: pulumi.Input<string>;
}

/** Values of the variables that steps name in `inputs` and `secrets`. */
type Values = Readonly<Record<string, pulumi.Input<string>>>;

/**
 * @example
 * new KubeadmCluster("cluster", { plan: plan.kubernetes, hosts, prepared, uid, machines }).kubeconfig;
 */
export class KubeadmCluster extends pulumi.ComponentResource {
  /** Kubeconfig of an administrator, secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** The API server and its data; without it there is nothing to delete in the cluster. */
  readonly controlPlane: pulumi.Resource;
  /** Exists once every node is Ready. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: KubeadmClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { endpoint, steps } = args.plan;
    super("nordmesh:kubernetes:KubeadmCluster", name, { endpoint: endpoint.nodes }, opts);
    const secrets: Record<string, pulumi.Input<string>> = { ...this.createSecrets() };
    const values: Values = { CLUSTER_UID: args.uid, MACHINES: args.machines };
    const made = new Map<string, pulumi.Resource>(
      Object.entries(args.prepared).map(([host, resource]) => [`${host}-node`, resource]),
    );
    let kubeconfig: pulumi.Output<string> | undefined;
    for (const step of steps) {
      const after = step.after.map((earlier) => resourceOf(made, { step, earlier }));
      const command = this.run({ step, hosts: args.hosts, values, secrets, after });
      made.set(step.name, command);
      if (step.name !== clusterSteps.credentials) continue;
      const credentials = command.stdout.apply(parseCredentials);
      secrets["AUTHORITY"] = credentials.authority;
      kubeconfig = credentials.apply((found) => withServer(found.kubeconfig, endpoint.operators));
    }
    const [first] = steps;
    this.controlPlane = resourceOf(made, { step: first, earlier: first?.name ?? "" });
    this.ready = resourceOf(made, { step: first, earlier: clusterSteps.nodes });
    this.kubeconfig = pulumi.secret(kubeconfig ?? "");
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }

  private createSecrets(): Values {
    const parent = { parent: this };
    const secret = (name: string): pulumi.Output<string> =>
      new random.RandomPassword(name, { length: 64, special: false }, parent).result;
    const characters = { special: false, upper: false };
    const id = new random.RandomPassword("cluster-token-id", { length: 6, ...characters }, parent);
    const key = new random.RandomPassword("cluster-token", { length: 16, ...characters }, parent);
    return {
      ENCRYPTION_KEY: secret("cluster-encryption-key").apply(seedBase64),
      TOKEN: pulumi.interpolate`${id.result}.${key.result}`,
      CERTIFICATE_KEY: secret("cluster-certificate-key").apply((password) =>
        seedFrom(password).toString("hex"),
      ),
    };
  }

  private run(args: {
    readonly step: ClusterStepPlan;
    readonly hosts: KubeadmClusterArgs["hosts"];
    readonly values: Values;
    readonly secrets: Values;
    readonly after: readonly pulumi.Resource[];
  }) {
    const { step, values, secrets } = args;
    const host = args.hosts[step.host];
    if (host === undefined) throw new Error(`${step.name}: no host ${step.host}`);
    return runStep(
      {
        step,
        connection: host.connection,
        values: chosen(values, step.inputs),
        secrets: chosen(secrets, step.secrets),
        secretOutput: step.name === clusterSteps.credentials,
      },
      {
        ...host.onMachine(args.after),
        parent: this,
        ...(step.formerly !== undefined && { aliases: [{ name: step.formerly }] }),
      },
    );
  }
}

function chosen(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

function resourceOf(
  made: ReadonlyMap<string, pulumi.Resource>,
  { step, earlier }: { readonly step: ClusterStepPlan | undefined; readonly earlier: string },
): pulumi.Resource {
  const resource = made.get(earlier);
  if (resource !== undefined) return resource;
  throw new Error(
    `step ${step?.name ?? ""} waits for ${earlier}, which no step before it is called`,
  );
}
