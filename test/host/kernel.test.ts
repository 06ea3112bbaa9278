import * as assert from "node:assert/strict";
import {
  planKernel,
  renderLimits,
  renderModules,
  renderSysctl,
} from "../../components/host/kernel";
import { balancerPort } from "../../components/kubernetes/endpoint";
import { networks } from "../../components/kubernetes/networks";
import { run } from "../support/programs";

const kernel = (overrides: object = {}) =>
  planKernel({ profile: "balanced", sysctls: {}, openFiles: 1048576, ...overrides });

describe("kernel settings", () => {
  it("hold the five of the KVM guide", () => {
    const { sysctls } = kernel();
    const wanted = ["net.ipv4.ip_local_port_range", "net.ipv4.tcp_tw_reuse", "fs.file-max"];
    wanted.push("net.core.bpf_jit_enable", "net.netfilter.nf_conntrack_max");
    assert.deepEqual(
      wanted.map((name) => sysctls[name]),
      ["1024 65535", "1", "2097152", "1", "262144"],
    );
  });

  it("hold what the kubelet demands under protectKernelDefaults", () => {
    const { sysctls } = kernel();
    const wanted = {
      "kernel.panic": "10",
      "kernel.panic_on_oops": "1",
      "vm.overcommit_memory": "1",
    };
    for (const [name, value] of Object.entries(wanted)) assert.equal(sysctls[name], value);
    assert.equal(sysctls["vm.panic_on_oom"], "0");
    assert.equal(sysctls["kernel.keys.root_maxkeys"], "1000000");
    assert.equal(sysctls["kernel.keys.root_maxbytes"], "25000000");
  });

  it("keep what a node listens on out of the local port range, in the kernel's own spelling", () => {
    const { sysctls } = kernel();
    const text = sysctls["net.ipv4.ip_local_reserved_ports"] ?? "";
    const ranges = text.split(",").map((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return { first, last };
    });
    // The kernel prints them sorted and joins those that touch, so only such a value reads back as it was written.
    ranges.slice(1).forEach(({ first, last }, index) => {
      assert.ok(last >= first && first > (ranges[index]?.last ?? 0) + 1, String(first));
    });
    const controlPlane = [2379, 6443, 10250, 10256, 10259, 30000, 32767];
    // values.yaml and templates of the charts metallb 0.16 and frr-k8s 0.0.25
    const metallb = [7946, 9120, 9121, 17472, 7572, 7573, 9140, 9141, 19443];
    const networkPorts = Object.values(networks).flatMap(({ ports }) => ports);
    for (const port of [...controlPlane, ...metallb, ...networkPorts, balancerPort]) {
      const kept = ranges.some(({ first, last }) => first <= port && port <= last);
      assert.ok(kept, String(port));
    }
  });

  it("let a host's own value win over its profile, whatever its type", () => {
    const { sysctls } = kernel({ sysctls: { "net.core.somaxconn": 1, "vm.swappiness": "0" } });
    assert.equal(sysctls["net.core.somaxconn"], "1");
    assert.equal(sysctls["vm.swappiness"], "0");
  });

  it("load nf_conntrack, without which its sysctl does not exist", () => {
    assert.equal(renderModules(kernel()), "overlay\nbr_netfilter\nnf_conntrack\n");
  });

  it("are one `name = value` a line, sorted", () => {
    const lines = renderSysctl(kernel({ profile: "throughput" }))
      .trimEnd()
      .split("\n");
    assert.deepEqual(lines, [...lines].sort());
    assert.ok(
      lines.every((line) => /^[a-z0-9_.-]+ = [\w ,-]+$/.test(line)),
      lines.join("\n"),
    );
  });

  it("name only sysctls that this kind of system knows", function () {
    const known = new Set(run(["sysctl", "-aN"]).output.split("\n"));
    if (!known.has("kernel.panic")) this.skip();
    // These appear with their modules.
    const later = /^net\.(bridge|netfilter)\./;
    const names = Object.keys(kernel({ profile: "throughput" }).sysctls);
    const unknown = names.filter((name) => !known.has(name) && !later.test(name));
    // A container shows the sysctls of its own network namespace only.
    assert.deepEqual(
      unknown.filter((name) => !name.startsWith("net.")),
      [],
    );
  });

  it("limit open files for every login and for root", () => {
    assert.equal(renderLimits(kernel()), "* - nofile 1048576\nroot - nofile 1048576\n");
  });
});
