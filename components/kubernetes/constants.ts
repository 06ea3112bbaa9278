/** Settings that a living cluster cannot change: the preview refuses an edit of them. */
import * as pulumi from "@pulumi/pulumi";

type Constants = Readonly<Record<string, string>>;

/** One line a setting that differs, with the reason and the way out. */
export function checkConstants(args: {
  readonly old: Constants;
  readonly declared: Constants;
}): readonly string[] {
  return Object.entries(args.declared).flatMap(([path, value]) => {
    const before = args.old[path] ?? unsaid[path];
    if (before === undefined || before === value) return [];
    return [
      `stack.${path}: ${value}, but this cluster was made with ${before}; ${consequences[path] ?? ""}. ` +
        "Nothing was changed. Put it back, or declare a second environment with the new value and move over",
    ];
  });
}

/** What clusters have of which the state says nothing. */
const unsaid: Constants = { "kubernetes.cni": "flannel", "kubernetes.kubeProxy": "true" };

const consequences: Readonly<Record<string, string>> = {
  "kubernetes.endpoint":
    "kubelets, kube-proxy and the discovery of new nodes hold the old address and would lose the API server",
  "kubernetes.cni":
    "running pods keep the addresses and routes of the old network, and the two would not reach each other",
  "kubernetes.kubeProxy":
    "nodes keep the rules of the one, and connections would meet them beside those of the other",
  "kubernetes.podCidr":
    "every node has its range out of the old one, and pods, routes and rules would disagree",
  "kubernetes.serviceCidr":
    "Services, the API server's own address and the DNS address of every kubelet are out of the old one",
  "kubernetes.dnsDomain":
    "running pods, certificates and mesh identities hold names in the old domain",
};

/** Remembers the constants in the state; fails the preview and the run where one is to change. */
export function keepConstants(
  name: string,
  constants: Constants,
  opts?: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const check = new pulumi.ResourceHook(
    name,
    ({ oldInputs, newInputs }) => {
      const old = (oldInputs as StashInputs | undefined)?.input ?? {};
      const declared = (newInputs as StashInputs | undefined)?.input ?? {};
      const problems = checkConstants({ old, declared });
      if (problems.length > 0) throw new Error(problems.join("\n"));
    },
    { onDryRun: true },
  );
  return new pulumi.Stash(
    name,
    { input: constants },
    { ...opts, hooks: { beforeUpdate: [check] } },
  );
}

interface StashInputs {
  readonly input?: Constants;
}
