/** Cases of a cluster that is not there yet: runs that are killed on the way up, each going on where the last one died. */
import type { FiveNodes } from "./five-nodes";
import { killUp, lineOf } from "./killed-run";

/** Where a run is killed on the way up; what it started on the node in question dies with it. */
interface Death {
  readonly step: string;
  readonly on?: string;
  /** The file that the step has made by then; absent: as soon as it begins. */
  readonly once?: string;
}

const etcd = "/etc/kubernetes/manifests/etcd.yaml";
const joining = "/var/lib/nordmesh/join-started";
const deaths: readonly Death[] = [
  { step: "cp-2-machine" },
  { step: "w-2-preflight" },
  { step: "cp-1-node", on: "cp-1", once: "/usr/local/bin/containerd" },
  { step: "cp-1-join", on: "cp-1", once: "/var/lib/nordmesh/init-started" },
  { step: "cp-1-join", on: "cp-1", once: etcd },
  { step: "cluster-admission", on: "cp-1" },
  { step: "w-1-join", on: "w-1", once: joining },
  { step: "cp-2-join", on: "cp-2", once: etcd },
  { step: "cp-3-join", on: "cp-3", once: joining },
  { step: "cluster-nodes", on: "cp-1" },
];

export function itSurvivesKills(of: () => FiveNodes): void {
  for (const { step, on, once } of deaths) {
    const when = once === undefined ? "" : ` once ${once} is there`;
    it(`survive a run that is killed in ${step}${when}`, async () => {
      const { environment, nodes, declared } = of();
      const reached = async (lines: AsyncIterable<string>): Promise<void> => {
        await lineOf(lines, new RegExp(`^creating ${step}$`));
        if (on !== undefined && once !== undefined)
          await nodes.run(on, `until [ -e ${once} ]; do sleep 0.1; done`);
      };
      await killUp({ environment, stack: declared, reached });
      if (on !== undefined)
        await nodes.run(on, "pkill -9 -f 'bash -s -- ensure'; pkill -9 kubeadm; true");
    });
  }
}
