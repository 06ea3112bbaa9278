/** A machine on a hypervisor: edited, killed, removed, and beside machines of others. */
import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { libvirtHost, planOf, stack } from "../support/fixtures";
import { HostFolder, type Ran } from "../support/host-folder";

/** A domain is its XML and whether it runs; as libvirt, a name with another UUID is refused. */
const virsh = `
while [ "\${1#-}" != "$1" ]; do shift; done
verb=$1; shift
while [ "\${1#-}" != "$1" ]; do shift; done
domain="$ROOT/domains/$1"
uuid() { sed -n 's/.*<uuid>\\(.*\\)<\\/uuid>.*/\\1/p' "$1"; }
case $verb in
  define)
    name=$(sed -n 's/.*<name>\\([^<]*\\)<.*/\\1/p' "$1")
    own="$ROOT/domains/$name"; new=$(uuid "$1"); text=$(cat "$1")
    if [ -f "$own" ] && [ "$new" != "$(uuid "$own")" ]; then
      echo "error: operation failed: domain '$name' already exists with uuid $(uuid "$own")" >&2; exit 1
    fi
    [ -n "$new" ] || text=\${text/<domain/<uuid>u-$RANDOM-$RANDOM</uuid><domain}
    mkdir -p "$ROOT/domains"; printf '%s' "$text" >"$own.new"; mv "$own.new" "$own" ;;
  dominfo) [ -f "$domain" ] ;;
  domuuid) uuid "$domain"; echo ;;
  dumpxml) tr '"' "'" <"$domain" ;;
  domstate) if [ -f "$ROOT/running" ]; then echo running; else echo "shut off"; fi ;;
  start) touch "$ROOT/running" ;;
  destroy) rm "$ROOT/running" ;;
  undefine) rm "$domain" ;;
esac`;

describe("a machine on a hypervisor", function () {
  this.timeout(120_000);
  const digest = "f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2";
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder();
    host.write("/var/lib/libvirt/images/of-others.qcow2", "");
    host.program("virsh", virsh);
    host.program("qemu-img", 'echo disk >"${@: -2:1}"');
    host.program("cloud-localds", 'echo seed >"$2"');
    host.program("curl", 'echo "curl $*" >>"$ROOT/calls"; echo test >"${@: -2:1}"');
  });
  afterEach(() => host.remove());

  const disk = "/var/lib/libvirt/images/cp-1.qcow2";

  function run(
    action: "ensure" | "remove",
    options: {
      readonly environment?: string;
      readonly cpus?: number;
      readonly killAt?: number;
    } = {},
  ): Ran {
    const { environment = "test", cpus = 4, killAt } = options;
    const own = libvirtHost({
      virtualCpus: cpus,
      image: { url: "https://images.example/disk.qcow2", sha256: digest },
    });
    const [planned] = planOf(stack({ hosts: { "cp-1": own } }), environment).hosts;
    const step = planned?.machine.step;
    assert.ok(step?.kind === "script");
    const files = Object.entries(step.files).map(([name, { content }]) => [name, content] as const);
    return host.run({
      scripts: step.scripts,
      variables: { ...step.values, ...Object.fromEntries(files), USER_DATA: "classified" },
      action,
      ...(killAt !== undefined && { killAt }),
    });
  }

  const done = (ran: Ran): void => assert.equal(ran.status, 0, ran.stderr);
  const domain = (): string => host.read("/domains/cp-1") ?? "";

  it("is made once, and resized by every later edit under the same UUID", () => {
    done(run("ensure"));
    const uuid = /<uuid>.*<\/uuid>/.exec(domain())?.[0] ?? assert.fail("no UUID");
    for (const cpus of [8, 6]) {
      done(run("ensure", { cpus }));
      assert.ok(domain().includes(`>${cpus}</vcpu>`));
      assert.ok(domain().includes(uuid));
    }
    assert.equal((host.read("/calls") ?? "").split("\n").length, 2, "one download");
    assert.equal(host.has("/running"), true);
  });

  it("is made by the next run and removed whole, wherever one was killed", () => {
    const total = Number(/commands (\d+)/.exec(run("ensure").stdout)?.[1]);
    assert.ok(total > 20, String(total));
    done(run("remove"));
    assert.deepEqual([host.has(disk), domain(), host.has("/running")], [false, "", false]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: total }), fc.boolean(), (killAt, again) => {
        run("ensure", { killAt });
        if (again) done(run("ensure"));
        run("remove", { killAt: Math.ceil(killAt / 2) });
        done(run("remove"));
        assert.deepEqual([host.has(disk), domain(), host.has("/running")], [false, "", false]);
      }),
      { numRuns: 12 },
    );
  });

  it("takes neither the domain nor the disk of somebody else", () => {
    done(run("ensure", { environment: "other" }));
    const theirs = domain();
    const refused = run("ensure");
    assert.equal(refused.status, 1);
    assert.match(
      refused.stderr,
      /domain cp-1 that this environment did not make; nothing was chang/,
    );
    done(run("remove"));
    assert.deepEqual([host.has(disk), domain(), host.has("/running")], [true, theirs, true]);
    host.drop("/domains/cp-1");
    assert.match(run("ensure").stderr, /cp-1\.qcow2 is the disk of no domain of this environment/);
    done(run("remove"));
    assert.equal(host.has(disk), true);
  });
});
