/** What needs a kernel: a virtual machine that is refused, taken, tuned, rebooted and left clean. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { KernelConfig } from "../../components/host/config";
import { planKernel } from "../../components/host/kernel";
import type { LabStack } from "../../lab/engine/stack";
import { assertClean, assertKernel } from "./support/checks";
import { diagnose } from "./support/diagnosis";
import { developmentStack, openEnvironment, type LabEnvironment } from "./support/environment";
import { rentServer, type ExistingServer } from "./support/existing-server";
import { Kubectl } from "./support/machine";

const everything = `find /etc /usr /opt /var/lib -xdev \\( -path /var/lib/systemd -o -path '*/nordmesh-test*' \\) -prune -o -printf '%p %m %T@ %s\\n' | sort`;

describe("a rented server", function () {
  this.bail(true);
  let environment: LabEnvironment;
  let server: ExistingServer;
  let kubectl: Kubectl;

  interface Variation {
    readonly host?: Record<string, unknown>;
    readonly stack?: Record<string, unknown>;
  }

  function declare({ host = {}, stack = {} }: Variation = {}): Record<string, unknown> {
    const file = developmentStack();
    const { manifestSha256 } = environment.lab.bundle;
    return {
      ...file,
      artifacts: { ...(file["artifacts"] as object), manifestSha256 },
      ssh: { connectAttempts: 2 },
      kubernetes: {
        ...(file["kubernetes"] as object),
        externalEndpoint: `127.0.0.1:${server.apiPort}`,
      },
      hosts: {
        [server.name]: {
          source: "existing",
          role: "control-plane",
          address: "127.0.0.1",
          sshPort: server.sshPort,
          hostKey: server.hostKey,
          nodeAddress: server.nodeAddress,
          preflight: server.preflight,
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
    const secrets = { sshPrivateKey: server.privateKey };
    const keep = (line: string): number => lines.push(line);
    const stack = await environment.open(declare(variation), { secrets, keep });
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
    environment = await openEnvironment("dev-vm-test");
    server = await rentServer("vps-1");
  });

  afterEach(async function () {
    this.timeout("2m");
    await diagnose(this.currentTest, "vps-1", server?.shell);
  });

  after(async function () {
    this.timeout("5m");
    kubectl?.close();
    await server?.remove().catch(() => undefined);
    environment?.remove();
  });

  it("was set up with what cloud-init itself holds valid", async function () {
    this.timeout("2m");
    const { shell } = server;
    assert.match(await shell.run("cloud-init schema --system 2>&1"), /Valid schema user-data/);
    assert.equal(await shell.run("cloud-init status | head -n 1"), "status: done");
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

  it("comes up with its node Ready and DNS running, and holds no image of a mesh that is not declared", async function () {
    this.timeout("30m");
    const outputs = await withStack({}, async (stack) => (await stack.up()).outputs);
    kubectl = new Kubectl(environment.lab.kubectl, String(outputs["kubeconfig"]?.value));
    await kubectl.waitReady(server.name);
    const dns = ["-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=1m"];
    await kubectl.run(...dns);
    const images = await server.shell.run("ctr -n k8s.io images ls -q");
    assert.match(images, /kube-apiserver/);
    assert.doesNotMatch(images, /istio/);
  });

  it("has nothing to change on the second run", async function () {
    this.timeout("5m");
    await withStack({}, async (stack) => {
      assert.deepEqual((await stack.preview()).changes, []);
      assert.deepEqual(Object.keys((await stack.up()).counts), ["same"]);
    });
  });

  it("shows every declared kernel value on the live node", async function () {
    this.timeout("2m");
    await assertKernel(server.shell, planKernel(KernelConfig.parse({})));
  });

  it("previews a changed value on its host and applies it in place", async function () {
    this.timeout("10m");
    const started = await server.shell.run("stat -c %Y /var/lib/nordmesh/init-done");
    await withStack(edited, async (stack) => {
      const { changes, text } = await stack.preview();
      const names = changes.map(({ urn }) => urn.split("::").at(-1)).sort();
      assert.deepEqual(names, [server.name, `${server.name}-node`]);
      assert.match(text, /net\.core\.somaxconn +: "4096" => "8192"/);
      await stack.up();
    });
    assert.equal(await server.shell.run("sysctl -n net.core.somaxconn"), "8192");
    assert.equal(await server.shell.run("stat -c %Y /var/lib/nordmesh/init-done"), started);
  });

  it("shows every declared kernel value after a reboot, and its node is Ready again", async function () {
    this.timeout("25m");
    const { shell, name } = server;
    const boot = await shell.waitUntilUp();
    await shell.run("systemd-run --on-active=1 systemctl reboot");
    await kubectl.waitReady(name, await shell.waitUntilUp(boot));
    await assertKernel(shell, planKernel(KernelConfig.parse(edited.host.kernel)));
  });

  it("is left clean by destroy", async function () {
    this.timeout("15m");
    await withStack(edited, (stack) => stack.destroy());
    await assertClean(server.shell);
  });

  it("goes with the stack that made it", async function () {
    this.timeout("5m");
    assert.deepEqual(await server.remove(), []);
  });
});

const edited = { host: { kernel: { sysctls: { "net.core.somaxconn": 8192 } } } };

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
