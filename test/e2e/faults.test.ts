/** An existing server that is wrong in every way, then a run killed again and again, then the end. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { LabStack } from "../../lab/engine/stack";
import { assertClean } from "./support/checks";
import { diagnose } from "./support/diagnosis";
import { developmentStack, openEnvironment, say, type LabEnvironment } from "./support/environment";
import { rentServer, type ExistingServer } from "./support/existing-server";
import { readFinalState } from "./support/final-state";
import { killUp } from "./support/killed-run";
import { long } from "./support/long";
import { Kubectl } from "./support/machine";
import { undisturbed } from "./support/undisturbed";

const everything = `find /etc /usr /opt /var/lib -xdev \\( -path /var/lib/systemd -o -path '*/nordmesh-test*' \\) -prune -o -printf '%p %m %T@ %s\\n' | sort`;

describe("an existing server", function () {
  this.bail(true);
  let environment: LabEnvironment;
  let server: ExistingServer;
  let kubectl: Kubectl | undefined;

  interface Variation {
    readonly host?: Record<string, unknown>;
    readonly stack?: Record<string, unknown>;
    readonly privateKey?: string;
  }

  function declare({ host = {}, stack = {} }: Variation = {}): Record<string, unknown> {
    const file = developmentStack();
    const [template] = Object.values(file["hosts"] as Record<string, Record<string, unknown>>);
    return {
      ...file,
      ssh: { connectAttempts: 2 },
      kubernetes: {
        ...(file["kubernetes"] as object),
        endpoint: `${server.nodeAddress}:6443`,
        externalEndpoint: `127.0.0.1:${server.apiPort}`,
      },
      hosts: {
        [server.name]: {
          source: "existing",
          role: "control-plane",
          bootstrap: true,
          address: "127.0.0.1",
          sshPort: server.sshPort,
          hostKey: server.hostKey,
          nodeAddress: server.nodeAddress,
          preflight: template?.["preflight"],
          ...host,
        },
      },
      ...stack,
    };
  }

  async function withStack<Result>(
    variation: Variation,
    use: (stack: LabStack, lines: string[]) => Promise<Result>,
  ): Promise<Result> {
    const lines: string[] = [];
    const secrets = { sshPrivateKey: variation.privateKey ?? server.privateKey };
    const stack = await environment.open(declare(variation), secrets, (line) => lines.push(line));
    try {
      return await use(stack, lines);
    } finally {
      await stack.close();
    }
  }

  /** Runs `up`, which must fail; returns its words. */
  function failure(variation: Variation): Promise<string> {
    return withStack(variation, async (stack, lines) => {
      const error = await stack.up().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof Error, "up fails");
      return [...lines, error.message].join("\n");
    });
  }

  /** A failure that must leave every file of the server as it was. */
  async function refusal(variation: Variation): Promise<string> {
    const before = await server.shell.run(everything);
    const text = await failure(variation);
    assert.equal(digest(await server.shell.run(everything)), digest(before), "server is unchanged");
    return text;
  }

  before(async function () {
    this.timeout("60m");
    environment = await openEnvironment();
    say("booting a server");
    server = await rentServer({
      name: "vps-1",
      nodeAddress: "10.77.0.21",
      mac: "52:54:00:77:00:21",
    });
  });

  afterEach(async function () {
    this.timeout("2m");
    await diagnose(this.currentTest, server.name, server.shell);
  });

  after(function () {
    this.timeout("5m");
    kubectl?.close();
    server?.remove();
    environment?.remove();
  });

  it("is refused when it shows another host key, before a command is sent", async function () {
    this.timeout("3m");
    const logins = "journalctl -u ssh --no-pager | grep -c Accepted || true";
    const before = Number(await server.shell.run(logins));
    const other =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE8sQF8ixA3ymwbTqbaLPXrcnYLfmlQQlmGVRvRPuyFB";
    assert.match(await refusal({ host: { hostKey: other } }), /another SSH host key/);
    // Each of our own shells logs in once: two for the listings, one for this count.
    assert.equal(Number(await server.shell.run(logins)), before + 3);
  });

  it("is refused with a wrong user, without sudo, or when nothing listens", async function () {
    this.timeout("5m");
    const unknown = { ssh: { user: "stranger", connectAttempts: 1 } };
    assert.match(await refusal({ stack: unknown }), /does not let stranger in/);
    await server.shell.run(
      "id plain 2>/dev/null || { useradd -m -s /bin/bash plain; cp -r ~nordmesh/.ssh ~plain/; chown -R plain: ~plain/.ssh; }",
    );
    const plain = { ssh: { user: "plain", connectAttempts: 1 } };
    assert.match(await refusal({ stack: plain }), /plain may not become root/);
    const silent = { host: { sshPort: 1 }, stack: { ssh: { connectAttempts: 1 } } };
    assert.match(await refusal(silent), /refuses SSH connections/);
  });

  it("is refused by preflight with every reason at once", async function () {
    this.timeout("5m");
    await server.shell.run(`
      mkdir -p /run/nordmesh-test /etc/kubernetes/manifests && echo old >/etc/kubernetes/manifests/old.yaml
      dd if=/dev/zero of=/var/lib/nordmesh-test.swap bs=1M count=16 status=none
      chmod 600 /var/lib/nordmesh-test.swap && mkswap -q /var/lib/nordmesh-test.swap && swapon /var/lib/nordmesh-test.swap
      systemd-run -q --unit nordmesh-test-port socat TCP-LISTEN:10250,fork /dev/null`);
    const preflight = {
      minVirtualCpus: 64,
      minMemoryMiB: 999999,
      minDiskFreeMiB: 999999,
      cpuFlags: ["aes", "quantum"],
    };
    const stack = { artifacts: { source: "bundle", path: "/srv/absent" } };
    const text = await refusal({ host: { preflight }, stack });
    for (const reason of [
      /2 vCPUs: at least 64 are needed/,
      /MiB of memory: at least 999999/,
      /MiB free under \/var: at least 999999/,
      /CPU flags missing: quantum/,
      /swap is on/,
      /an older Kubernetes cluster is on this host \(\/etc\/kubernetes\/manifests\)/,
      /TCP ports in use: 10250/,
      /no bundle at \/srv\/absent/,
      /refused by 8 preflight check\(s\); nothing on this host was changed/,
    ]) {
      assert.match(text, reason);
    }
    assert.equal(await server.shell.run("cat /etc/kubernetes/manifests/old.yaml"), "old");
    await server.shell.run(`
      systemctl stop nordmesh-test-port; systemctl reset-failed nordmesh-test-port || true; swapoff /var/lib/nordmesh-test.swap; rm -f /var/lib/nordmesh-test.swap
      rm -rf /etc/kubernetes`);
  });

  it("is refused with its clock off, with apt locked, and as another stack's host", async function () {
    this.timeout("5m");
    await server.shell.run("date -s '2020-02-02 00:00:00' >/dev/null");
    assert.match(await refusal({}), /before this release was made: start time synchronisation/);
    await server.shell.run(`date -s @${Math.floor(Date.now() / 1000)} >/dev/null`);

    await server.shell.run(
      "mv /usr/sbin/conntrack /run/nordmesh-conntrack; systemd-run -q --unit nordmesh-test-apt flock /var/lib/dpkg/lock-frontend sleep 300",
    );
    const mirror = {
      source: "mirror",
      url: "http://127.0.0.1:9",
      imageRepository: "registry.example",
    };
    const text = await refusal({ stack: { artifacts: mirror } });
    assert.match(text, /apt is locked by flock/);
    assert.match(text, /cannot reach http:\/\/127\.0\.0\.1:9\/dl\.k8s\.io/);
    await server.shell.run(
      "systemctl stop nordmesh-test-apt; mv /run/nordmesh-conntrack /usr/sbin/conntrack",
    );

    await server.shell.run(
      "mkdir -p /var/lib/nordmesh; printf nordmesh/other >/var/lib/nordmesh/cluster-id",
    );
    assert.match(await refusal({}), /belongs to another nordmesh cluster \(nordmesh\/other\)/);
    await server.shell.run("rm -rf /var/lib/nordmesh");
  });

  it("installs nothing from a bundle that was tampered with", async function () {
    this.timeout("10m");
    await server.shell.run(`
      mkdir -p /srv/nordmesh-test && cp -rs /media/nordmesh/. /srv/nordmesh-test/
      rm /srv/nordmesh-test/containerd.tar.gz && head -c 1000 /media/nordmesh/containerd.tar.gz >/srv/nordmesh-test/containerd.tar.gz`);
    const artifacts = { source: "bundle", path: "/srv/nordmesh-test" };
    const attempt = (more: object): Promise<string> =>
      failure({ stack: { artifacts: { ...artifacts, ...more } } });
    assert.match(
      await attempt({ manifestSha256: "0".repeat(64) }),
      /this is another bundle or it was tampered with; nothing was installed/,
    );
    assert.match(
      await attempt({}),
      /containerd\.tar\.gz has digest \w+, declared is \w+: it was tampered with/,
    );
    assert.equal(await server.shell.run("ls /usr/local/bin | wc -l"), "0");
    await server.shell.run("rm -rf /srv/nordmesh-test");
  });

  long(
    "reaches the same final state although the run is killed again and again",
    async function () {
      this.timeout("45m");
      // The key is stored encrypted once, so that killed runs need no copy of it.
      await withStack({}, (stack) => stack.preview());
      const points = {
        "while it sets the node up": "test -e /var/lib/nordmesh/installed/containerd.tar.gz",
        "in the middle of kubeadm init": "test -e /etc/kubernetes/manifests/etcd.yaml",
        "right after kubeadm init": "test -e /var/lib/nordmesh/init-done",
      };
      for (const [point, reached] of Object.entries(points)) {
        say(`up, to be killed ${point}`);
        const watch = `for i in $(seq 3000); do ${reached} && exit 0; sleep 0.2; done; exit 1`;
        await killUp({ environment, stack: declare(), reached: () => server.shell.run(watch) });
      }
      const outputs = await withStack({}, async (stack) => (await stack.up()).outputs);
      kubectl = new Kubectl(environment.lab.kubectl, String(outputs["kubeconfig"]?.value));
      await kubectl.waitReady(server.name);
      const { shell, name } = server;
      const state = await readFinalState({ shell, kubectl, host: name });
      if (undisturbed.state === undefined)
        say("no undisturbed run to compare with in this process");
      else assert.deepEqual(state, undisturbed.state);
      const changes = await withStack({}, async (stack) => (await stack.preview()).changes);
      assert.deepEqual(changes, []);
    },
  );

  long("is left clean by destroy", async function () {
    this.timeout("15m");
    await withStack({}, (stack) => stack.destroy());
    await assertClean(server.shell);
  });
});

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
