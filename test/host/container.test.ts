import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { brokenSysctls } from "../../components/host/sysctl-limits";
import { containerNetwork } from "../../components/host/machines";
import { planKernel, setInContainer } from "../../components/host/kernel";
import { guardRails } from "../../components/environment/guard-rails";
import { describePlan } from "../../stacks/describe";
import { checkStack } from "../../components/environment/rules";
import { stepOf, stepsOf } from "../support/steps";
import { containerHost, planOf, stack, type Fields } from "../support/fixtures";

const inContainers = (host: Fields = {}, others: Fields = {}): Fields =>
  stack({
    kubernetes: { endpoint: "api.example.net:6443", kubelet: { protectKernelDefaults: false } },
    hosts: { "n-1": containerHost(host) },
    ...others,
  });

describe("a host in a container", () => {
  it("is reached on its own address, by a key the stack makes", () => {
    const [host] = planOf(inContainers()).hosts;
    assert.equal(host?.connection.host, "10.78.0.11");
    assert.equal(host?.connection.port, 22);
    assert.equal(host?.connection.hostKey, undefined);
    assert.equal(host?.nodeAddress, "10.78.0.11");
  });

  it("has a bundle bound in where the artifacts are declared", () => {
    const artifacts = { source: "bundle", path: "/media/nordmesh" };
    const plan = planOf(inContainers({ bundle: "~/bundle" }, { artifacts }));
    const machine = plan.hosts[0]?.machine;
    assert.ok(machine?.step?.kind === "local");
    assert.deepEqual(machine.step.paths, {
      CONTAINER_IMAGE: "~/tree",
      CONTAINER_BUNDLE: "~/bundle",
    });
    assert.equal(machine.step.values["CONTAINER_BUNDLE_PATH"], "/media/nordmesh");
  });

  it("loads no module, keeps no clock and sets no value of this computer's kernel", () => {
    const plan = planOf(inContainers());
    const node = stepOf(plan, "n-1-node");
    assert.equal(node.variables["MODULES_CONF"], "");
    assert.equal(node.variables["SYSCTL_FLOORS"], "");
    assert.equal(node.variables["CLOCK"], "shared");
    assert.doesNotMatch(node.variables["SYSCTL_CONF"] ?? "", /^(fs|vm|kernel)\./m);
    assert.match(node.variables["SYSCTL_CONF"] ?? "", /^net\.core\.somaxconn = 4096$/m);
  });

  it("is described with what it cannot set", () => {
    const plan = planOf(inContainers());
    const text = describePlan(plan);
    for (const name of [
      "modules",
      "fs.file-max",
      "kernel.panic",
      "net.netfilter.nf_conntrack_max",
    ]) {
      assert.match(text, new RegExp(`${name} +this computer's own, not set in a container`));
    }
    assert.match(text, /net\.ipv4\.tcp_tw_reuse +1$/m);
    assert.match(text, /container on this computer, tree ~\/tree/);
  });

  it("lets kubeadm pass over the checks of a kernel it does not have, and no other host does", () => {
    const skipped = (raw: unknown): boolean =>
      /ignorePreflightErrors/.test(
        stepsOf(planOf(raw))
          .map(({ variables }) => variables["INIT_CONFIG"])
          .join(""),
      );
    assert.equal(skipped(inContainers()), true);
    assert.equal(skipped(stack()), false);
  });

  it("accepts cgroup v1 and swap exactly where the kubelet does", () => {
    const accepted = (kubelet: Fields): readonly unknown[] => {
      const kubernetes = { endpoint: "api.example.net:6443", kubelet };
      const { variables } = stepOf(planOf(stack({ kubernetes })), "cp-1-preflight");
      return [variables["CGROUP_V1"], variables["SWAP"]];
    };
    assert.deepEqual(accepted({}), ["refused", "refused"]);
    assert.deepEqual(accepted({ failCgroupV1: false }), ["accepted", "refused"]);
    assert.deepEqual(accepted({ failCgroupV1: true, failSwapOn: false }), ["refused", "accepted"]);
  });

  it("is no host of production", () => {
    const plan = planOf({ ...inContainers(), guardRails: "production" });
    const problems = checkStack(plan, guardRails.production.rules);
    assert.ok(
      problems.includes(
        "stack.hosts.n-1.source: container is for development; stack.guardRails production takes existing or libvirt",
      ),
    );
    assert.ok(problems.every((line) => !line.includes("hostKey")));
  });

  it("is on an interface that Linux can name, one for each cluster", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        assert.match(containerNetwork(one), /^[a-z0-9][a-z0-9-]{0,14}$/);
        assert.equal(containerNetwork(one) === containerNetwork(other), one === other);
      }),
    );
  });
});

describe("a kernel profile in a container", () => {
  const names = fc.stringMatching(/^(net|fs|vm|kernel)(\.[a-z0-9_]{1,12}){1,3}$/);

  it("is the profile elsewhere, parted into what is set and what is left", () => {
    const profile = fc.constantFrom("balanced" as const, "throughput" as const);
    const sysctls = fc.dictionary(names, fc.oneof(fc.integer(), fc.constant("leave")));
    fc.assert(
      fc.property(profile, sysctls, (profileName, declared) => {
        const config = { profile: profileName, sysctls: declared, openFiles: 65536 };
        const whole = planKernel(config);
        const part = planKernel(config, { container: true });
        const parted = [...Object.keys(part.sysctls), ...part.shared].sort();
        assert.deepEqual(parted, Object.keys(whole.sysctls).sort());
        assert.deepEqual(whole.shared, []);
        for (const [name, value] of Object.entries(part.sysctls)) {
          assert.equal(value, whole.sysctls[name]);
          assert.match(name, /^net\./);
        }
      }),
    );
  });

  it("never sets what has one value for the whole computer", () => {
    for (const name of ["net.core.bpf_jit_enable", "net.core.rmem_max", "net.ipv4.tcp_mem"]) {
      assert.equal(setInContainer(name), false, name);
    }
    fc.assert(
      fc.property(names, (name) => {
        if (!name.startsWith("net.")) assert.equal(setInContainer(name), false);
      }),
    );
  });
});

describe("a sysctl that is left alone", () => {
  it("is gone from the profile, and nothing else is", () => {
    const name = "net.netfilter.nf_conntrack_max";
    const config = { profile: "balanced" as const, openFiles: 65536 };
    const { [name]: left, ...others } = planKernel({ ...config, sysctls: {} }).sysctls;
    assert.equal(left, "262144");
    assert.deepEqual(planKernel({ ...config, sysctls: { [name]: "leave" } }).sysctls, others);
  });

  it("is accepted also where only one value of the profile would work", () => {
    const sysctls = { "vm.overcommit_memory": "leave", "net.ipv4.ip_forward": "leave" };
    assert.deepEqual(brokenSysctls(sysctls), []);
    assert.equal(brokenSysctls({ ...sysctls, "vm.panic_on_oom": 1 }).length, 1);
  });
});
