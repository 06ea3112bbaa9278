/** One KVM guest: created where the stack owns it, checked, tuned and ready for kubeadm. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { runLocally, runStep, type Connection } from "../remote";
import { fromHome } from "../text/home";
import { seedBase64 } from "../text/seed";
import { renderUserData } from "./cloud-init";
import { parseInstance, type MachinePlan } from "./machine";
import type { HostPlan } from "./plan";
import { sshKeyPair, type SshKeyPair } from "./ssh-key";

export interface HostArgs {
  readonly plan: HostPlan;
  /** Key of the operator; absent where the SSH agent holds it. */
  readonly sshKey?: pulumi.Input<SshKeyPair> | undefined;
  /** Tells the cluster of this host from every other of its name. */
  readonly clusterUid: pulumi.Input<string>;
}

type CreatedMachine = Exclude<MachinePlan, { source: "existing" }>;

interface Created {
  readonly resource: pulumi.Resource;
  /** Absent where the script does not tell. */
  readonly instance?: pulumi.Output<string>;
}

/**
 * Everything up to a verified, reachable machine with its preflight facts.
 *
 * @example
 * const host = new Host("cp-1", { plan });
 * host.prepare([fleet]);
 */
export class Host extends pulumi.ComponentResource {
  readonly connection: Connection;
  /** One JSON line of facts, see HostFacts. */
  readonly facts: pulumi.Output<string>;
  private readonly machine: pulumi.Resource | undefined;

  constructor(
    name: string,
    private readonly args: HostArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("nordmesh:host:Host", name, settings(args.plan), opts);
    const { plan } = args;
    if (plan.machine.source === "existing") {
      this.connection = this.connectTo(plan.connection.hostKey ?? "");
    } else {
      const hostKey = generatedSshKey(`${name}-host-key`, { parent: this });
      const { resource, instance } = this.createMachine(plan.machine, hostKey);
      this.machine = resource;
      const publicKey = pulumi.unsecret(hostKey.apply((key) => key.publicKey));
      this.connection = { ...this.connectTo(publicKey), instance };
    }
    this.facts = runStep(
      { step: plan.preflight, connection: this.connection, values: this.values },
      this.onMachine([]),
    ).stdout;
    this.registerOutputs({ facts: this.facts });
  }

  /** Changes the host, once every resource in `after` exists; returns what kubeadm waits for. */
  prepare(after: readonly pulumi.Resource[]): pulumi.Resource {
    const { plan } = this.args;
    const { connection, values } = this;
    return runStep({ step: plan.node, connection, values }, this.onMachine(after));
  }

  private get values(): Readonly<Record<string, pulumi.Input<string>>> {
    return { CLUSTER_UID: this.args.clusterUid };
  }

  /** Options of a step on this host: it need not be undone where the machine goes away. */
  onMachine(after: readonly pulumi.Resource[]): pulumi.CustomResourceOptions {
    const machine = this.machine;
    return {
      parent: this,
      dependsOn: [...after, ...(machine === undefined ? [] : [machine])],
      ...(machine !== undefined && { deletedWith: machine }),
    };
  }

  private connectTo(hostKey: pulumi.Input<string>): Connection {
    const { plan, sshKey } = this.args;
    return {
      plan: plan.connection,
      hostKey,
      privateKey: sshKey && pulumi.output(sshKey).apply((key) => key.privateKey),
    };
  }

  private createMachine(machine: CreatedMachine, hostKey: pulumi.Output<SshKeyPair>): Created {
    const name = `${this.args.plan.name}-machine`;
    switch (machine.source) {
      case "local":
        return this.createHere(name, machine, {
          MACHINE_NETWORK_CONFIG: machine.networkConfig,
          MACHINE_USER_DATA: this.userData(machine, hostKey),
        });
      case "container":
        return this.createHere(name, machine, {
          CONTAINER_AUTHORIZED_KEYS: this.authorizedKeys(machine).apply((keys) => keys.join("\n")),
          CONTAINER_HOST_KEY: pulumi.secret(hostKey.apply((key) => key.privateKey)),
          CONTAINER_HOST_PUBLIC_KEY: pulumi.unsecret(hostKey.apply((key) => key.publicKey)),
        });
      case "libvirt": {
        const connection = {
          plan: machine.hypervisor,
          hostKey: machine.hypervisor.hostKey ?? "",
          privateKey: this.connectTo("").privateKey,
        };
        const secrets = { USER_DATA: this.userData(machine, hostKey) };
        const options = { parent: this, deleteBeforeReplace: true };
        return { resource: runStep({ step: machine.step, connection, secrets }, options) };
      }
      default:
        return machine satisfies never;
    }
  }

  /** By the script of that source; the first boot alone reads `identity`, later changes are the steps' work. */
  private createHere(
    name: string,
    machine: Extract<CreatedMachine, { source: "local" | "container" }>,
    identity: Readonly<Record<string, pulumi.Input<string>>>,
  ): Created {
    const paths: Record<string, string> = {};
    for (const [parameter, path] of Object.entries(machine.paths))
      paths[parameter] = fromHome(path);
    const resource = runLocally(
      name,
      {
        folder: `${__dirname}/scripts`,
        script: machine.source,
        environment: { ...machine.variables, ...paths, ...identity },
        firstBootOnly: Object.keys(identity),
      },
      { parent: this },
    );
    return { resource, instance: resource.stdout.apply(parseInstance) };
  }

  private authorizedKeys(machine: CreatedMachine): pulumi.Output<readonly string[]> {
    const operator = this.args.sshKey;
    if (operator === undefined) return pulumi.output(machine.authorizedKeys);
    const own = pulumi.output(operator).apply((key) => key.publicKey);
    return pulumi.unsecret(own).apply((key) => [...machine.authorizedKeys, key]);
  }

  private userData(
    machine: Extract<CreatedMachine, { source: "local" | "libvirt" }>,
    hostKey: pulumi.Output<SshKeyPair>,
  ): pulumi.Output<string> {
    const { plan } = this.args;
    const known = pulumi.all([hostKey, this.authorizedKeys(machine)]);
    return pulumi.secret(
      known.apply(([key, authorizedKeys]) =>
        renderUserData({
          hostname: plan.name,
          user: machine.user,
          authorizedKeys,
          hostKey: key,
          kernel: plan.kernel,
          bundleMount: machine.bundleMount,
        }),
      ),
    );
  }
}

/** A key pair that is made once and kept as a secret of the stack. */
export function generatedSshKey(
  name: string,
  opts?: pulumi.CustomResourceOptions,
): pulumi.Output<SshKeyPair> {
  const password = new random.RandomPassword(name, { length: 64, special: false }, opts);
  return password.result.apply((text) => sshKeyPair(seedBase64(text)));
}

/** What the preview shows of a host: each setting by its own name. */
function settings(plan: HostPlan): object {
  return {
    role: plan.role,
    address: plan.connection.host,
    nodeAddress: plan.nodeAddress,
    kernel: plan.kernel.sysctls,
    openFiles: plan.kernel.openFiles,
    modules: plan.kernel.modules,
  };
}
