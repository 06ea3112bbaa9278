/** Serving certificates are approved for declared names and addresses of their own node, and for nothing else. */
import * as assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { HostFolder } from "../support/host-folder";
import { run } from "../support/programs";

const kubectl = `
case "$*" in
  *"get configmap nordmesh-nodes"*) cat "$ROOT/declared" ;;
  *"get csr -o"*) cat "$ROOT/requests" ;;
  "get csr "*) base64 -w0 <"$ROOT/csr/$3" ;;
  "certificate approve "*) echo "$3" >>"$ROOT/approved" ;;
  *) echo "unexpected: kubectl $*" >&2; exit 1 ;;
esac`;

describe("serving certificates", function () {
  this.timeout(120_000);
  let host: HostFolder;

  before("openssl is here", () => {
    assert.equal(run(["openssl", "version"]).status, 0, "install openssl: apt-get install openssl");
  });

  beforeEach(() => {
    host = new HostFolder();
    host.write("/usr/local/bin/kubectl", `#!/bin/bash\nROOT='${host.path}'\n${kubectl}\n`);
    chmodSync(host.at("/usr/local/bin/kubectl"), 0o755);
    host.write("/declared", "cp-1 192.0.2.11\nworker-1 192.0.2.21\nworker-10 192.0.2.210\n");
  });

  afterEach(() => host.remove());

  /** A request in PEM that asks for these names. */
  function requestFor(names: string): string {
    host.write("/csr/new", "");
    const done = run([
      ...[
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
      ],
      ...["-keyout", "/dev/null", "-subj", "/O=system:nodes/CN=system:node:worker-1"],
      ...(names === "" ? [] : ["-addext", `subjectAltName=${names}`]),
      ...["-out", host.at("/csr/new")],
    ]);
    assert.equal(done.status, 0, done.output);
    return host.read("/csr/new") ?? "";
  }

  interface Request {
    readonly content: string;
    readonly user?: string;
    readonly signer?: string;
    /** Type of a condition it has already. */
    readonly condition?: string;
  }

  /** Names of the requests that were approved. */
  function approved(requests: Readonly<Record<string, Request>>): readonly string[] {
    const rows = Object.entries(requests).map(([name, request]) => {
      const { content, condition = "" } = request;
      const { signer = "kubernetes.io/kubelet-serving", user = "system:node:worker-1" } = request;
      host.write(`/csr/${name}`, content);
      return `${name} ${signer} ${user} ${condition}\n`;
    });
    host.write("/requests", rows.join(""));
    const done = host.run({ scripts: ["kubernetes/approve-serving"], variables: {} });
    assert.equal(done.status, 0, done.stderr);
    return (host.read("/approved") ?? "").split("\n").filter((name) => name !== "");
  }

  const sound = "DNS:worker-1,IP:192.0.2.21";

  it("are approved with a node's own name and address", () => {
    assert.deepEqual(approved({ a: { content: requestFor(sound) } }), ["a"]);
  });

  for (const [what, names] of [
    ["another node's name", `${sound},DNS:cp-1`],
    ["another node's address", `${sound},IP:192.0.2.11`],
    ["the name of the API", "DNS:kubernetes.default.svc"],
    ["an address that only begins like its own", "DNS:worker-1,IP:192.0.2.210"],
    ["a wildcard", "DNS:*"],
    ["a URI", `${sound},URI:spiffe://cluster.local/ns/a/sa/b`],
    ["an e-mail address", `${sound},email:a@example.net`],
    ["an address of version 6", `${sound},IP:2001:db8::1`],
    ["no name", ""],
  ] as const) {
    it(`are not approved with ${what}`, () => {
      assert.deepEqual(approved({ a: { content: requestFor(names) } }), []);
    });
  }

  it("are not approved where openssl cannot read what the API server may", () => {
    const request = requestFor(sound);
    const encrypted = request.replace(
      "-----\n",
      "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n",
    );
    assert.deepEqual(approved({ a: { content: encrypted }, b: { content: "" } }), []);
  });

  it("are approved for declared nodes only, each by its own name", () => {
    const content = requestFor("DNS:worker-9");
    const one = { content, user: "system:node:worker-9" };
    assert.deepEqual(approved({ a: one, b: { ...one, user: "system:node:worker-1" } }), []);
    assert.deepEqual(
      approved({ c: { content: requestFor("DNS:cp-1"), user: "system:node:cp-1" } }),
      ["c"],
    );
  });

  it("are left to others where the signer, the user or a decision is another", () => {
    const content = requestFor(sound);
    const others = {
      client: { content, signer: "kubernetes.io/kube-apiserver-client-kubelet" },
      person: { content, user: "admin" },
      account: { content, user: "system:serviceaccount:a:worker-1" },
      denied: { content, condition: "Denied" },
      done: { content, condition: "Approved" },
    };
    assert.deepEqual(approved(others), []);
  });

  it("are judged one by one: a wrong request holds no sound one up", () => {
    const wrong = requestFor("DNS:cp-1");
    const right = requestFor(sound);
    assert.deepEqual(approved({ a: { content: wrong }, b: { content: right } }), ["b"]);
  });

  it("wait while no node is declared", () => {
    host.write("/declared", "");
    assert.deepEqual(approved({ a: { content: requestFor(sound) } }), []);
  });
});
