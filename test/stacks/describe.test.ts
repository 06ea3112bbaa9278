import * as assert from "node:assert/strict";
import { describePlan } from "../../stacks/describe";
import { committedPlan, libvirtHost, localHost, planOf, root, stack } from "../support/fixtures";
import { assertGolden } from "../support/golden";
import { run } from "../support/programs";

describe("describe", () => {
  it("shows the whole of prod, mesh included, as in the golden file", () => {
    assertGolden("describe", { "prod.txt": describePlan(committedPlan("prod")) });
  });

  it("shows how a virtual machine begins as in the golden files", () => {
    const hosts = { local: localHost(), "on-hypervisor": libvirtHost() };
    const texts = Object.entries(hosts).flatMap(([host, raw]) => {
      const { machine } = planOf(stack({ hosts: { [host]: raw } })).hosts[0] ?? assert.fail();
      return Object.values(machine.step?.files ?? {}).map((file) => ({ host, ...file }));
    });
    const machines = texts.filter(
      ({ host, name }) => host === "local" || !name.startsWith("cloud-config"),
    );
    assertGolden(
      "machines",
      Object.fromEntries(machines.map(({ host, name, content }) => [`${host}/${name}`, content])),
    );
  });

  it("covers machines on a hypervisor", () => {
    const text = describePlan(planOf(stack({ hosts: { "cp-1": libvirtHost() } })));
    assert.match(text, /machine on hypervisor kvm-1\.example\.net/);
    assert.match(
      text,
      /^1\. cp-1-machine on kvm-1\.example\.net: create the machine on its hypervisor$/m,
    );
    assert.match(text, /<domain type="kvm">/);
  });

  it("names secrets and shows none", () => {
    const text = describePlan(committedPlan("dev-vm"));
    assert.match(text, /secrets {2}ENCRYPTION_KEY/);
    assert.match(text, /ed25519_private: '@HOST_PRIVATE_KEY@'/);
    assert.doesNotMatch(text, /BEGIN [A-Z ]*PRIVATE KEY/);
  });

  it("says which roots of trust there are, and which signs", () => {
    const trust = { roots: ["2027", "2026"], signedBy: "2026" };
    for (const mode of ["sidecar", "linkerd"]) {
      assert.match(
        describePlan(planOf(stack({ mesh: { mode, trust } }))),
        /^ *trust +roots 2026, 2027; 2026 signs$/m,
      );
    }
  });

  it("prints a text that hosts share once", () => {
    const text = describePlan(committedPlan("prod"));
    assert.equal(text.split("\ncontainerd.service on ").length, 2);
    assert.equal(text.split("\nsysctl.conf on ").length, 3);
  });

  it("exits with 1 and the reason for an environment that does not exist", () => {
    const done = run([process.execPath, "--import", "tsx", "stacks/cli.ts", "describe", "prdo"], {
      cwd: root,
    });
    assert.deepEqual(done, {
      status: 1,
      output: 'no environment "prdo", as there is no Pulumi.prdo.yaml; did you mean "prod"?\n',
    });
  });

  it("answers without loading Pulumi, whose start alone takes half a second", () => {
    const listing = `process.on("exit", () => console.log(Object.keys(require.cache).join("\\n")));`;
    const done = run(
      [process.execPath, "--import", "tsx", "-e", `${listing} require("./stacks/cli.ts")`],
      { cwd: root },
    );
    assert.equal(done.status, 0, done.output);
    assert.match(done.output, /stacks\/describe\.ts/);
    assert.doesNotMatch(done.output, /node_modules\/@pulumi/);
  });
});
