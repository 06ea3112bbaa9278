/** One KVM guest: created where the stack owns it, checked, tuned and ready for kubeadm. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { resolveAddresses, type LateAddresses } from "../steps/late-addresses";
import { runLocally, runStep, type Connection, type Late } from "../steps/ssh";
import { deriveKeyBase64 } from "../text/derive-key";
import { renderUserData } from "./cloud-init";
import type { IdentityPart, MachinePlan } from "./machines";
import { planAlone, type HostArgs } from "./host-args";
import { parseInstance } from "./machines/source";
import type { HostPlan } from "./plan";
import { sshKeyPair, type SshKeyPair } from "./ssh-key";

/** A host whose plan is made. */
export interface PlannedHost {
  readonly plan: HostPlan;
  /** Key of the operator; undefined if the SSH agent holds it. */
  readonly sshKey?: pulumi.Input<SshKeyPair> | undefined;
  /** Declared key of its SSH server, where that comes from another resource. */
  readonly hostKey?: pulumi.Input<string> | undefined;
  /** Addresses that come from other resources. */
  readonly addresses: LateAddresses;
  /** Tells the cluster of this host from every other of its name; undefined for a host alone. */
  readonly clusterUid?: pulumi.Input<string> | undefined;
  /** What its last step waits for besides its checks, by name; these may come to be after the host. */
  readonly gates: Readonly<Record<string, Promise<pulumi.Resource>>>;
}

interface Created {
  readonly resource?: pulumi.Resource;
  /** What it is called until it is made anew; undefined if its script does not tell. */
  readonly instance?: pulumi.Output<string>;
}

/**
 * One server outside a cluster, checked, tuned and ready for kubeadm; a virtual machine or container is created first.
 * `name` is permanent.
 *
 * The constructor throws ConfigError with one line per invalid argument before anything is registered.
 *
 * @example
 * new Host("cp-1", { release: "2026.1", host: { source: "existing", address: server.ipv4Address, hostKey, role: "worker" } });
 */
export class Host extends pulumi.ComponentResource {
  /** host:port of the host's SSH server. */
  readonly address: pulumi.Output<string>;
  readonly connection: Connection;
  /** What preflight found, as one line of JSON; see HostFacts. */
  readonly facts: pulumi.Output<string>;
  /** Resource that exists once the host is ready for kubeadm; for `dependsOn`. */
  readonly ready: pulumi.Resource;
  readonly #machine: pulumi.Resource | undefined;

  /**
   * Checks the arguments without registering a resource, for unit tests.
   *
   * @throws ConfigError with one line per problem, as the constructor does.
   */
  static check(name: string, args: HostArgs): void {
    planAlone(name, args);
  }

  constructor(name: string, args: HostArgs | PlannedHost, opts?: pulumi.ComponentResourceOptions) {
    const known = "plan" in args ? args : planAlone(name, args);
    super("nordmesh:host:Host", name, settings(known), opts);
    const { plan, gates } = known;
    const planned = { ...known, sshKey: known.sshKey ?? this.#ownKey(known) };
    const clusterUid = known.clusterUid ?? generatedUid(`${name}-uid`, { parent: this });
    const made = this.#createMachine(planned);
    this.#machine = made.resource;
    this.connection = made.connection;
    const { connection } = this;
    const late = { CLUSTER_UID: clusterUid };
    const preflight = runStep({ step: plan.preflight, connection, late }, this.onMachine([]));
    this.facts = preflight.stdout;
    const after = plan.node.after.map((step) => gates[step] ?? preflight);
    const node = runStep({ step: plan.node, connection, late }, this.onMachine(after));
    this.ready =
      plan.volumesStep === undefined
        ? node
        : runStep({ step: plan.volumesStep, connection, late }, this.onMachine([node]));
    const { host, port } = plan.connection;
    this.address = pulumi.output(resolveAddresses(`${host}:${port}`, known.addresses));
    this.registerOutputs({ address: this.address, facts: this.facts });
  }

  /** A machine that this host makes must let somebody in; a server that is there has its own keys. */
  #ownKey({ plan, clusterUid }: PlannedHost): pulumi.Output<SshKeyPair> | undefined {
    const alone = clusterUid === undefined;
    if (!alone || plan.machine.step === undefined) return undefined;
    return generatedSshKey(`${plan.resource}-ssh-key`, { parent: this });
  }

  /** Options of a step on this host: it need not be undone where the machine goes away. */
  onMachine(
    after: readonly (pulumi.Resource | Promise<pulumi.Resource>)[],
  ): pulumi.CustomResourceOptions {
    const machine = this.#machine;
    return {
      parent: this,
      dependsOn: [...after, ...(machine === undefined ? [] : [machine])],
      ...(machine !== undefined && { deletedWith: machine }),
    };
  }

  #createMachine(args: PlannedHost): Created & { readonly connection: Connection } {
    const { plan, addresses } = args;
    const privateKey = args.sshKey && pulumi.output(args.sshKey).apply((key) => key.privateKey);
    const known = { plan: plan.connection, privateKey, addresses };
    const { step } = plan.machine;
    if (step === undefined) {
      return { connection: { ...known, hostKey: args.hostKey ?? plan.connection.hostKey ?? "" } };
    }
    const hostKey = generatedSshKey(`${plan.resource}-host-key`, { parent: this });
    const late = identityOf({ args, hostKey });
    const created = this.#create({ machine: plan.machine, step, late, privateKey });
    const publicKey = pulumi.unsecret(hostKey.apply((key) => key.publicKey));
    const { instance } = created;
    return { ...created, connection: { ...known, hostKey: publicKey, instance } };
  }

  #create(args: {
    readonly machine: MachinePlan;
    readonly step: NonNullable<MachinePlan["step"]>;
    readonly late: Late;
    readonly privateKey: pulumi.Input<string> | undefined;
  }): Created {
    const { machine, step, late, privateKey } = args;
    if (step.kind === "local") {
      const resource = runLocally({ step, late }, { parent: this });
      return { resource, instance: resource.stdout.apply(parseInstance) };
    }
    const { hypervisor } = machine;
    if (hypervisor === undefined) throw new Error(`${step.name} has no server to run on`);
    const connection = { plan: hypervisor, hostKey: hypervisor.hostKey ?? "", privateKey };
    const options = { parent: this, deleteBeforeReplace: true };
    return { resource: runStep({ step, connection, late }, options) };
  }
}

/** A key pair that is made once and kept as a secret of the stack. */
export function generatedSshKey(
  name: string,
  opts?: pulumi.CustomResourceOptions,
): pulumi.Output<SshKeyPair> {
  const password = new random.RandomPassword(name, { length: 64, special: false }, opts);
  return password.result.apply((text) => sshKeyPair(deriveKeyBase64(text)));
}

/** Another state, or a new one after a loss, makes another: hosts tell them apart by it. No secret. */
export function generatedUid(
  name: string,
  opts?: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  return new random.RandomString(name, { length: 12, special: false, upper: false }, opts).result;
}

/** The first boot alone reads it; later changes are the steps' work. */
function identityOf({
  args,
  hostKey,
}: {
  readonly args: PlannedHost;
  readonly hostKey: pulumi.Output<SshKeyPair>;
}): Late {
  const { plan, sshKey } = args;
  const operator = sshKey && pulumi.unsecret(pulumi.output(sshKey).apply((key) => key.publicKey));
  const authorizedKeys =
    operator === undefined
      ? pulumi.output(plan.authorizedKeys)
      : operator.apply((key) => [...plan.authorizedKeys, key]);
  const parts: Readonly<Record<IdentityPart, () => pulumi.Output<string>>> = {
    authorizedKeys: () => authorizedKeys.apply((keys) => keys.join("\n")),
    hostKey: () => pulumi.secret(hostKey.apply((key) => key.privateKey)),
    hostPublicKey: () => pulumi.unsecret(hostKey.apply((key) => key.publicKey)),
    userData: () =>
      pulumi.secret(
        pulumi.all([hostKey, authorizedKeys]).apply(([key, keys]) =>
          renderUserData({
            hostname: plan.name,
            user: plan.connection.user,
            authorizedKeys: keys,
            hostKey: key,
            kernel: plan.kernel,
            bundleMount: plan.machine.bundleMount,
          }),
        ),
      ),
  };
  return Object.fromEntries(
    Object.entries(plan.machine.identity).map(([variable, part]) => [variable, parts[part]()]),
  );
}

/** What the preview shows of a host: each setting by its own name. */
function settings({ plan, addresses }: Pick<PlannedHost, "plan" | "addresses">): pulumi.Inputs {
  return {
    role: plan.role,
    address: resolveAddresses(plan.connection.host, addresses),
    nodeAddress: resolveAddresses(plan.nodeAddress, addresses),
    kernel: plan.kernel.sysctls,
    openFiles: plan.kernel.openFiles,
    modules: plan.kernel.modules,
    ...(plan.volumes.length > 0 && {
      volumes: Object.fromEntries(plan.volumes.map(({ name, ...volume }) => [name, volume])),
    }),
  };
}
