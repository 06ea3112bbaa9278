/** One KVM guest: created where the stack owns it, checked, tuned and ready for kubeadm. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { runLocally, runStep, type Connection } from "../remote";
import { seedBase64 } from "../text/seed";
import { renderUserData } from "./cloud-init";
import type { MachinePlan } from "./machine";
import type { HostPlan } from "./plan";
import { sshKeyPair, type SshKeyPair } from "./ssh-key";

export interface HostArgs {
  readonly plan: HostPlan;
  /** Key of the operator; absent where the SSH agent holds it. */
  readonly sshKey?: pulumi.Input<SshKeyPair> | undefined;
}

type CreatedMachine = Exclude<MachinePlan, { source: "existing" }>;

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
      this.machine = this.createMachine(plan.machine, hostKey);
      this.connection = this.connectTo(pulumi.unsecret(hostKey.apply((key) => key.publicKey)));
    }
    this.facts = runStep(
      { step: plan.preflight, connection: this.connection },
      this.onMachine([]),
    ).stdout;
    this.registerOutputs({ facts: this.facts });
  }

  /** Changes the host, once every resource in `after` exists; returns what kubeadm waits for. */
  prepare(after: readonly pulumi.Resource[]): pulumi.Resource {
    const { plan } = this.args;
    return runStep({ step: plan.node, connection: this.connection }, this.onMachine(after));
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

  private createMachine(
    machine: CreatedMachine,
    hostKey: pulumi.Output<SshKeyPair>,
  ): pulumi.Resource {
    const { plan, sshKey } = this.args;
    const userData = pulumi.secret(
      pulumi.all([hostKey, sshKey]).apply(([key, operator]) =>
        renderUserData({
          hostname: plan.name,
          user: machine.user,
          authorizedKeys: [
            ...machine.authorizedKeys,
            ...(operator === undefined ? [] : [operator.publicKey]),
          ],
          hostKey: key,
          kernel: plan.kernel,
          bundleMount: machine.bundleMount,
        }),
      ),
    );
    const name = `${plan.name}-machine`;
    if (machine.source === "local") {
      return runLocally(
        name,
        {
          folder: `${__dirname}/scripts`,
          script: "local",
          environment: {
            ...machine.variables,
            MACHINE_NETWORK_CONFIG: machine.networkConfig,
            MACHINE_USER_DATA: userData,
          },
          // cloud-init reads both once; later changes of the kernel are the node step's work.
          firstBootOnly: ["MACHINE_NETWORK_CONFIG", "MACHINE_USER_DATA"],
        },
        { parent: this },
      );
    }
    return runStep(
      {
        step: machine.step,
        connection: {
          plan: machine.hypervisor,
          hostKey: machine.hypervisor.hostKey ?? "",
          privateKey: this.connectTo("").privateKey,
        },
        secrets: { USER_DATA: userData },
      },
      { parent: this },
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
