/** What is planned for local volumes, what is found of them, and what is refused in a file. */
import * as assert from "node:assert/strict";
import { describePlan } from "../../stacks/describe";
import { checkStack, risksAccepted } from "../../components/environment/rules";
import { parseStack } from "../../components/environment/parse";
import { objectsOf, stepsOf, type StackPlan } from "../../components/environment/plan";
import { toYaml } from "../../components/text/yaml";
import {
  containerHost,
  controlPlane,
  localHost,
  planOf,
  stack,
  worker,
  type Fields,
} from "../support/fixtures";
import { assertGolden } from "../support/golden";

const disk = (serial: string, sizeGiB: number): Fields => ({
  device: `/dev/disk/by-id/nvme-${serial}`,
  sizeGiB,
});
const withVolumes = (volumes: Fields, more: Fields = {}): Fields =>
  stack({
    storage: {},
    hosts: { "cp-1": controlPlane(), "worker-1": worker({ volumes }) },
    ...more,
  });

describe("local storage", () => {
  it("is planned as in the golden files", () => {
    const volumes = { traces: disk("2", 20), metrics: disk("1", 50) };
    const plan = planOf(withVolumes(volumes));
    assertGolden("storage", { "objects.yaml": objectsOf(plan).map(toYaml).join("---\n") });
  });

  it("makes volumes on a host before it joins, and offers them when every node is ready", () => {
    const plan = planOf(withVolumes({ metrics: disk("1", 50) }));
    const after = (name: string): readonly string[] =>
      stepsOf(plan).find((step) => step.name === name)?.after ?? [];
    assert.deepEqual(after("worker-1-volumes"), ["worker-1-node"]);
    assert.ok(after("worker-1-join").includes("worker-1-volumes"));
    assert.deepEqual(after("storage-class"), ["cluster-nodes"]);
    assert.deepEqual(after("storage-volume-worker-1.metrics"), ["storage-class"]);
  });

  it("costs hosts without volumes no step", () => {
    const names = stepsOf(planOf(withVolumes({ metrics: disk("1", 50) }))).map(({ name }) => name);
    assert.ok(!names.includes("cp-1-volumes"));
    const bare = stepsOf(planOf(stack())).map(({ name }) => name);
    assert.deepEqual(
      bare.filter((name) => /volume|storage/.test(name)),
      [],
    );
  });

  it("is described with the disk of each volume", () => {
    const text = describePlan(planOf(withVolumes({ metrics: disk("1", 50) })));
    assert.match(text, /volume metrics +50 GiB on \/dev\/disk\/by-id\/nvme-1, a blank disk or/);
    assert.match(text, /storage-volume-worker-1\.metrics: 50 GiB on worker-1/);
  });

  it("gives a container a disk in a file of this computer", () => {
    const volumes = { data: { sizeGiB: 2 }, a: { sizeGiB: 1 } };
    const [host] = planOf(
      stack({
        storage: {},
        kubernetes: { kubelet: { protectKernelDefaults: false } },
        hosts: { "n-1": containerHost({ volumes }) },
      }),
    ).hosts;
    assert.equal(host?.machine.step?.values["CONTAINER_VOLUMES"], "a:1 data:2");
    assert.deepEqual(
      host?.volumes.map(({ device, path }) => [device, path]),
      [
        ["/dev/nordmesh/a", "/var/lib/nordmesh-volumes/a/data"],
        ["/dev/nordmesh/data", "/var/lib/nordmesh-volumes/data/data"],
      ],
    );
  });

  const refused: readonly (readonly [string, Fields, readonly string[]])[] = [
    [
      "volumes without storage",
      withVolumes({ metrics: disk("1", 50) }, { storage: undefined }),
      [
        "stack.hosts.worker-1.volumes: got a map, no pod could claim them; declare storage: {} beside hosts",
      ],
    ],
    [
      "storage without a volume",
      stack({ storage: {} }),
      [
        "stack.storage: got a map, no host declares a volume for it; add volumes to one, or remove the section",
      ],
    ],
    [
      "two volumes on one disk",
      withVolumes({ a: disk("1", 50), b: disk("1", 20) }),
      [
        "stack.hosts.worker-1.volumes.b.device: /dev/disk/by-id/nvme-1 is the disk of volumes.a; every volume needs its own",
      ],
    ],
    [
      "a volume of a machine that has one disk",
      stack({ storage: {}, hosts: { "lab-1": localHost({ volumes: { a: { sizeGiB: 1 } } }) } }),
      [
        "stack.hosts.lab-1.volumes: got a map, a machine of this source has its system disk alone; try volumes on source: container",
      ],
    ],
    [
      "a disk of a server without its name, and one that is none",
      withVolumes({ a: { sizeGiB: 1 }, b: { device: "sdb", sizeGiB: 0 } }),
      [
        "stack.hosts.worker-1.volumes.a.device: missing; expected text (path of a disk, partition or logical volume that is blank or already holds this volume, best below /dev/disk/by-id)",
        'stack.hosts.worker-1.volumes.b.device: got "sdb", expected a path below /dev, best of /dev/disk/by-id, whose names stay',
        "stack.hosts.worker-1.volumes.b.sizeGiB: got 0, expected at least 1",
      ],
    ],
  ];
  for (const [title, raw, expected] of refused) {
    it(`refuses ${title}`, () => {
      assert.throws(() => parseStack(raw), { name: "ConfigError", message: expected.join("\n") });
    });
  }
});

describe("what is found of local storage", () => {
  const risks = (plan: StackPlan): readonly string[] => checkStack(plan, [risksAccepted]);

  const behindTaint = {
    "cp-1": controlPlane({ volumes: { metrics: disk("1", 50) } }),
    "worker-1": worker(),
  };

  it("are volumes of a control plane that keeps pods away, unless somebody accepted it", () => {
    assert.deepEqual(risks(planOf(stack({ storage: {}, hosts: behindTaint }))), [
      "stack.hosts.cp-1.volumes: cp-1 is a control plane, which keeps pods away as soon as there is a worker: a pod that does not tolerate it never gets these volumes; declare them on a worker (volume-behind-taint)",
    ]);
    const accept = [
      {
        rule: "volume-behind-taint",
        at: "hosts.cp-1.volumes",
        reason: "the database tolerates the taint",
        by: "the tests",
      },
    ];
    assert.deepEqual(risks(planOf(stack({ storage: { accept }, hosts: behindTaint }))), []);
    assert.match(
      risks(planOf(withVolumes({ metrics: disk("1", 50) }, { storage: { accept } })))[0] ?? "",
      /^stack\.storage\.accept: volume-behind-taint finds nothing at hosts\.cp-1\.volumes any more/,
    );
  });

  it("are none on a control plane without workers", () => {
    const hosts = { "cp-1": controlPlane({ volumes: { metrics: disk("1", 50) } }) };
    assert.deepEqual(risks(planOf(stack({ storage: {}, hosts }))), []);
  });

  const claims = (volumes: Fields, addons: Fields, storage: Fields = {}): readonly string[] =>
    risks(
      planOf(
        withVolumes(volumes, {
          storage,
          mesh: { mode: "sidecar", egress: { mode: "any" } },
          addons,
        }),
      ),
    ).filter((line) => line.startsWith("stack.addons"));
  const prometheus = { volumeGiB: 50 };
  const fifty = { a: disk("1", 50) };

  it("are none where every claim has a volume that suffices", () => {
    assert.deepEqual(claims(fifty, { prometheus }), []);
    const three = { ...fifty, b: disk("2", 50), c: disk("3", 50) };
    assert.deepEqual(claims(three, { prometheus, grafana: {}, tracing: {} }), []);
  });

  it("is a claim that no volume has room for", () => {
    assert.deepEqual(claims({ a: disk("1", 49) }, { prometheus }), [
      "stack.addons.prometheus.volumeGiB: 50 GiB find no volume of class local: 1 claims want that much or more, 0 volumes on 0 nodes that take pods have it; the pod never starts; declare larger or further volumes on other hosts, or claim less (claim-without-volume)",
    ]);
  });

  it("are more claims than volumes", () => {
    const found = claims(fifty, { prometheus, grafana: {} });
    assert.equal(found.length, 2);
    assert.match(found[1] ?? "", /^stack\.addons\.grafana\.volumeGiB: 5 GiB find no volume/);
    assert.match(
      found[0] ?? "",
      /^stack\.addons\.prometheus\.volumeGiB: 50 .*volume-for-any-claim/,
    );
  });

  it("are two replicas whose volumes are on one node", () => {
    const two = { a: disk("1", 50), b: disk("2", 50) };
    const found = claims(two, { prometheus: { ...prometheus, replicas: 2 } });
    assert.match(found[0] ?? "", /2 volumes on 1 nodes .*\(claim-without-volume\)$/);
  });

  it("is a volume that a smaller claim may take first", () => {
    const found = claims({ ...fifty, b: disk("2", 5) }, { prometheus, grafana: {} });
    assert.equal(found.length, 1);
    assert.match(
      found[0] ?? "",
      /prometheus.*taken by smaller claims.*declare 2 volumes of 50 GiB/,
    );
  });

  it("is nothing of claims of another class", () => {
    assert.deepEqual(claims(fifty, { prometheus, grafana: {}, storageClass: "topolvm" }), []);
    assert.deepEqual(claims(fifty, { prometheus, grafana: {} }, { defaultClass: false }), []);
    const named = { prometheus, grafana: {}, storageClass: "local" };
    assert.equal(claims(fifty, named, { defaultClass: false }).length, 2);
  });
});
