/** What a finished host and cluster look like, without what differs by nature: names and digests. */
import type { Kubectl, Shell } from "./machine";

export interface FinalState {
  readonly files: string;
  readonly units: string;
  readonly objects: string;
}

const files = `
find /etc/kubernetes /etc/containerd /etc/cni /opt/cni/bin /usr/local/bin /usr/local/sbin /var/lib/nordmesh \\
  /var/lib/kubelet/config.yaml /etc/systemd/system/kubelet.service* /etc/systemd/system/containerd.service \\
  -printf '%p %m %u\\n' | sort
sha256sum /etc/containerd/config.toml /var/lib/kubelet/config.yaml /etc/kubernetes/policy/a*.yaml
`;

/** Reads the state of `host`, whose name is replaced so that two hosts can be compared. */
export async function readFinalState(args: {
  readonly shell: Shell;
  readonly kubectl: Kubectl;
  readonly host: string;
}): Promise<FinalState> {
  const named = (text: string): string => text.replaceAll(args.host, "HOST");
  const objects = await args.kubectl.run(
    ...["get", "nodes,daemonsets,deployments,services,configmaps,serviceaccounts,secrets"],
    ...["-A", "-o", "name", "--sort-by=.metadata.name"],
  );
  return {
    files: named(await args.shell.run(files)),
    units: await args.shell.run(
      "systemctl list-units --state=active --no-legend --plain 'kubelet*' 'containerd*' 'nordmesh*' | awk '{ print $1, $4 }'",
    ),
    objects: named(objects).split("\n").sort().join("\n"),
  };
}
