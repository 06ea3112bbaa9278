import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { macAddress } from "../../components/host/mac-address";
import { libvirtHost, localHost, planOf, stack } from "../support/fixtures";
import { needs, runOnFile } from "../support/programs";

describe("machines", () => {
  it("have a MAC address in QEMU's own range that follows from the name", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        assert.match(macAddress(name), /^52:54:00(:[0-9a-f]{2}){3}$/);
        assert.equal(macAddress(name), macAddress(name));
      }),
    );
    assert.notEqual(macAddress("dev/lab-1"), macAddress("dev/lab-2"));
  });

  it("on this computer are reached over loopback, by a key the stack makes", () => {
    const [host] = planOf(stack({ hosts: { "lab-1": localHost() } })).hosts;
    assert.equal(host?.connection.host, "127.0.0.1");
    assert.equal(host?.connection.port, 28501);
    assert.equal(host?.connection.hostKey, undefined);
    assert.equal(host?.nodeAddress, "10.77.0.11");
  });

  it("on a hypervisor are a domain that XML tools read", function () {
    const [host] = planOf(stack({ hosts: { "cp-1": libvirtHost() } })).hosts;
    const content = host?.machine.step?.files["DOMAIN_XML"]?.content ?? "";
    assert.match(content, /<vcpu placement="static">4<\/vcpu>/);
    const read = "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])";
    const probe = ["python3", "--version"];
    const program = needs(this, { program: "python3", probe, hint: "no python3" });
    const done = runOnFile({ words: [program, "-c", read], name: "domain.xml", content });
    assert.equal(done.status, 0, done.output);
  });
});
