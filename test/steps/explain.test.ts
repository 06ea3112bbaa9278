import * as assert from "node:assert/strict";
import { explainFailure } from "../../components/steps/explain";
import { renderLauncher } from "../../components/steps/script";
import { committedPlan } from "../support/fixtures";
import { stepsOf } from "../support/steps";

const [step] = stepsOf(committedPlan("prod"));
const launcher = step === undefined ? "" : renderLauncher(step, "ensure");

/** What the provider says of a script that ran: Go's %q of the command, then all output. */
function ran(status: string, output: string): string {
  return `${status}: running ${JSON.stringify(launcher)}:\n${output}`;
}

function explain(message: string): string | undefined {
  return explainFailure({ message, host: "cp-1.example.net", user: "ops" });
}

/** Message of the command provider or of OpenSSH, and how its explanation begins. */
const connections: readonly (readonly [string, string])[] = [
  [
    "after 20 failed attempts: ssh: handshake failed: ssh: host key mismatch",
    "cp-1.example.net shows another SSH host key than the declared one; nothing was sent to it.",
  ],
  [
    "@@ REMOTE HOST IDENTIFICATION HAS CHANGED! @@",
    "cp-1.example.net shows another SSH host key than the declared one; nothing was sent to it.",
  ],
  [
    "ssh: handshake failed: ssh: no common algorithm for host key; client offered: [ssh-ed25519], server offered: [rsa-sha2-512]",
    "cp-1.example.net has no ed25519 host key to show.",
  ],
  [
    "after 20 failed attempts: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain",
    "cp-1.example.net does not let ops in with the given key.",
  ],
  ["Permission denied (publickey).", "cp-1.example.net does not let ops in with the given key."],
  [
    "after 20 failed attempts: dial tcp 192.0.2.11:22: connect: connection refused",
    "cp-1.example.net refuses SSH connections.",
  ],
  [
    "after 20 failed attempts: dial tcp 192.0.2.11:22: i/o timeout",
    "cp-1.example.net cannot be reached over SSH.",
  ],
  [
    "after 20 failed attempts: dial tcp 192.0.2.11:22: connect: no route to host",
    "cp-1.example.net cannot be reached over SSH.",
  ],
  [
    "after 20 failed attempts: dial tcp: lookup cp-1.example.net: no such host",
    "cp-1.example.net cannot be reached over SSH.",
  ],
  [
    "after 20 failed attempts: dial tcp: lookup cp-1.example.net on 192.0.2.53:53: no such host",
    "cp-1.example.net cannot be reached over SSH.",
  ],
  ["context deadline exceeded", "cp-1.example.net cannot be reached over SSH."],
  [
    "after 20 failed attempts: ssh: handshake failed: EOF",
    "cp-1.example.net ends SSH connections before they begin.",
  ],
  [
    "after 20 failed attempts: ssh: handshake failed: read tcp 192.0.2.1:5022->192.0.2.11:22: read: connection reset by peer",
    "cp-1.example.net ends SSH connections before they begin.",
  ],
  ["dial unix /tmp/agent: connect: no such file or directory", "the SSH agent does not answer."],
  ["dial unix /tmp/agent: connect: connection refused", "the SSH agent does not answer."],
  [
    "ssh: this private key is passphrase protected",
    "nordmesh:sshPrivateKey is encrypted with a passphrase.",
  ],
];

const scripts: readonly (readonly [string, string])[] = [
  [
    ran("Process exited with status 77", "ops may not run sudo without a password on cp-1"),
    'ops may not become root on cp-1.example.net. Add "ops ALL=(ALL) NOPASSWD:ALL" under /etc/sudoers.d',
  ],
  [
    ran("Process exited with status 1", "cp-1: tee: /etc/x: No space left on device"),
    "the disk of cp-1.example.net is full.",
  ],
  [
    ran("Process exited with status 124", "cp-1: waiting for the API server"),
    "the step took too long on cp-1.example.net and was ended.",
  ],
  [
    ran("Process exited with status 137 from signal KILL", ""),
    "the step took too long on cp-1.example.net and was ended.",
  ],
  [
    ran("wait: remote command exited without exit status or exit signal", ""),
    "the connection to cp-1.example.net broke while the step ran.",
  ],
];

describe("the explanation of a failure", () => {
  for (const [message, beginning] of [...connections, ...scripts]) {
    it(`of ${message.split(": running")[0]}`, () => {
      assert.equal(explain(message)?.slice(0, beginning.length), beginning);
    });
  }

  it("is left out where a script says itself what is wrong", () => {
    const output = "cp-1: refused by 1 preflight check(s)\n  - swap is on";
    assert.equal(explain(ran("Process exited with status 1", output)), undefined);
  });

  it("does not take what a script printed for a failed connection to the host", () => {
    for (const printed of [
      "error: dial tcp 10.0.0.1:6443: connect: connection refused",
      "curl: (28) Connection timed out after 20001 milliseconds",
      "cannot open /etc/shadow: Permission denied (13)",
      "Could not resolve host: dl.k8s.io",
      "etcd: context deadline exceeded",
    ]) {
      assert.equal(explain(ran("Process exited with status 1", printed)), undefined, printed);
    }
  });
});
