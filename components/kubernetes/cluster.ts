/** A kubeadm cluster on prepared hosts: init, admission, joins, and the credentials that result. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Host } from "../host/host";
import { seedBase64, seedFrom } from "../text/seed";
import { runStep, type StepPlan } from "../remote";
import { parseCredentials } from "./credentials";
import type { KubernetesPlan } from "./plan";

export interface KubeadmClusterArgs {
  readonly plan: KubernetesPlan;
  readonly hosts: Readonly<Record<string, Host>>;
  /** What must be done on each host before kubeadm runs there. */
  readonly prepared: Readonly<Record<string, pulumi.Resource>>;
}

type Secrets = {
  readonly ENCRYPTION_KEY: pulumi.Output<string>;
  readonly TOKEN: pulumi.Output<string>;
  readonly CERTIFICATE_KEY: pulumi.Output<string>;
};

/**
 * @example
 * new KubeadmCluster("cluster", { plan: plan.kubernetes, hosts, prepared }).kubeconfig;
 */
export class KubeadmCluster extends pulumi.ComponentResource {
  /** Kubeconfig of an administrator, secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** The API server and its data; without it there is nothing to delete in the cluster. */
  readonly controlPlane: pulumi.Resource;
  /** Exists once every node is Ready. */
  readonly ready: pulumi.Resource;

  constructor(
    name: string,
    private readonly args: KubeadmClusterArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("nordmesh:kubernetes:KubeadmCluster", name, { endpoint: args.plan.endpoint }, opts);
    const { plan } = args;
    const secrets = this.createSecrets();
    const init = this.run({ step: plan.init, secrets, after: [this.prepared(plan.bootstrapHost)] });
    this.controlPlane = init;
    const credentials = this.run({ step: plan.credentials, after: [init], secretOutput: true });
    const joins = this.join({ init, credentials: credentials.stdout, secrets });
    this.ready = this.run({ step: plan.nodes, secrets, after: [init, ...joins] });
    this.kubeconfig = pulumi.secret(
      credentials.stdout.apply((stdout) => parseCredentials(stdout).kubeconfig),
    );
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }

  private createSecrets(): Secrets {
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

  /** Control planes one after the other, as etcd admits one learner; workers side by side. */
  private join(args: {
    readonly init: pulumi.Resource;
    readonly credentials: pulumi.Output<string>;
    readonly secrets: Secrets;
  }): readonly pulumi.Resource[] {
    const { plan } = this.args;
    if (plan.admission === undefined) return [];
    const admission = this.run({ step: plan.admission, secrets: args.secrets, after: [args.init] });
    const secrets = { ...args.secrets, CREDENTIALS: args.credentials };
    const joined: pulumi.Resource[] = [];
    for (const step of plan.controlPlaneJoins) {
      joined.push(
        this.run({
          step,
          secrets,
          after: [admission, this.prepared(step.host), ...joined.slice(-1)],
        }),
      );
    }
    const workers = plan.workerJoins.map((step) =>
      this.run({ step, secrets, after: [admission, this.prepared(step.host)] }),
    );
    return [...joined, ...workers];
  }

  private run(args: {
    readonly step: StepPlan;
    readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
    readonly after: readonly pulumi.Resource[];
    readonly secretOutput?: boolean;
  }) {
    const host = this.args.hosts[args.step.host];
    if (host === undefined) throw new Error(`${args.step.name}: no host ${args.step.host}`);
    const { after, ...rest } = args;
    const used = Object.entries(args.secrets ?? {}).filter(([key]) =>
      args.step.secrets.includes(key),
    );
    return runStep(
      { ...rest, connection: host.connection, secrets: Object.fromEntries(used) },
      { ...host.onMachine(after), parent: this },
    );
  }

  private prepared(host: string): pulumi.Resource {
    const resource = this.args.prepared[host];
    if (resource === undefined) throw new Error(`host ${host} was not prepared`);
    return resource;
  }
}
