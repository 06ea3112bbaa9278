import * as assert from "node:assert/strict";
import {
  planKernel,
  renderLimits,
  renderModules,
  renderSysctl,
} from "../../components/host/kernel";
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

  it("keep NodePorts and the ports of static pods out of the local port range", () => {
    const { sysctls } = kernel();
    assert.equal(
      sysctls["net.ipv4.ip_local_reserved_ports"],
      "2379-2381,6443,8081,8472,10248-10259,30000-32767",
    );
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
