import * as assert from "node:assert/strict";
import { load } from "js-yaml";
import {
  renderUserData,
  renderLocalNetwork,
  renderStaticNetwork,
} from "../../components/host/cloud-init";
import { planKernel } from "../../components/host/kernel";
import { sshKeyPair } from "../../components/host/ssh-key";
import { inFolder, needs, run, runOnFile } from "../support/programs";

const hostKey = sshKeyPair(Buffer.alloc(32, 7).toString("base64"));
const kernel = planKernel({ profile: "throughput", sysctls: {}, openFiles: 65536 });
const userData = renderUserData({
  hostname: "on",
  user: "nordmesh",
  authorizedKeys: [hostKey.publicKey],
  hostKey,
  kernel,
  bundleMount: { label: "NORDMESH", path: "/media/nordmesh" },
});
const networks = {
  local: renderLocalNetwork({ mac: "52:54:00:11:22:33", address: "10.77.0.11" }),
  static: renderStaticNetwork({
    mac: "52:54:00:11:22:33",
    address: "192.0.2.41",
    prefixLength: 24,
    gateway: "192.0.2.1",
    nameservers: ["192.0.2.53"],
  }),
};

interface UserData {
  readonly hostname: unknown;
  readonly ssh_keys: { readonly ed25519_private: string };
  readonly write_files: readonly { readonly path: string; readonly content: string }[];
}

describe("cloud-init", () => {
  it("accepts the user-data by its own schema", function () {
    const words = validator(this);
    const done = runOnFile({ words, name: "user-data", content: userData });
    assert.equal(done.status, 0, done.output);
    assert.match(done.output, /Valid/);
  });

  it("would refuse a misspelled key, so its schema is a proof", function () {
    const content = userData.replace("ssh_pwauth: false", "ssh_pwauth: [false]");
    assert.notEqual(runOnFile({ words: validator(this), name: "user-data", content }).status, 0);
  });

  it("gets the host key whole and a name as text even where YAML 1.1 knows a boolean", () => {
    const read = load(userData) as UserData;
    assert.equal(read.ssh_keys.ed25519_private, hostKey.privateKey);
    assert.match(userData, /^hostname: 'on'$/m);
  });

  it("leaves fs.file-max alone: a floor is only known on the live host", () => {
    const files = (load(userData) as UserData).write_files;
    const sysctl = files.find((file) => file.path.startsWith("/etc/sysctl.d/"));
    assert.doesNotMatch(sysctl?.content ?? "", /fs\.file-max/);
    assert.match(sysctl?.content ?? "", /^net\.core\.rmem_max = 16777216$/m);
  });

  for (const [name, content] of Object.entries(networks)) {
    it(`gets a ${name} network of version 2 whose MAC address stays text`, () => {
      const read = load(content) as { readonly version: unknown };
      assert.equal(read.version, 2);
      assert.match(content, /macaddress: '52:54:00:11:22:33'/);
    });

    it(`turns a ${name} network into units with its addresses`, function () {
      const convert = ["cloud-init", "devel", "net-convert"];
      needs(this, { program: "cloud-init", probe: [...convert, "--help"], hint: "no cloud-init" });
      const units = inFolder((folder) => {
        const options = ["-k", "yaml", "-d", folder, "-D", "debian", "-O", "networkd", "-p"];
        const done = runOnFile({ words: [...convert, ...options], name: "network", content });
        assert.equal(done.status, 0, done.output);
        return run(["grep", "-rh", "", folder]).output;
      });
      assert.match(units, name === "local" ? /10\.77\.0\.11\/24/ : /Gateway=192\.0\.2\.1\n/);
    });

    it(`gets a ${name} network its own schema accepts`, function () {
      const words = ["cloud-init", "schema", "--schema-type", "network-config"];
      const probe = ["sh", "-c", "cloud-init schema --help | grep -q schema-type"];
      const hint = "cloud-init before 24.1 has no schema of networks";
      needs(this, { program: "cloud-init", probe, hint });
      const done = runOnFile({ words: [...words, "--config-file"], name: "network", content });
      assert.equal(done.status, 0, done.output);
    });
  }
});

function validator(context: Mocha.Context): readonly string[] {
  const probe = ["cloud-init", "schema", "--help"];
  const program = needs(context, { program: "cloud-init", probe, hint: "no cloud-init" });
  return [program, "schema", "--config-file"];
}
