/** The proof around an edit of a mesh's roots, against a kubectl that answers for proxies with real certificates. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readScripts } from "../../components/text/asset";
import { withVariables } from "../../components/text/shell";
import { makeIssuer, makeRoot, type Authority } from "../../components/trust/authority";
import { root } from "../support/fixtures";

const now = new Date();
const organization = "prod";
const old = makeRoot({ name: "2026-aaaaaaaa", organization }, now);
const next = makeRoot({ name: "2027-bbbbbbbb", organization }, now);
/** Of an istiod that signs itself: its subject has no common name. */
const selfSigned = makeRoot({ name: "", organization: "cluster.local" }, now);

/** Functions come before programs, so that the script's own PATH does not matter. */
const kubectl = `
poll() { shift 2; "$@" || "$@"; }
lock() { :; }
openssl() {
  if [ "$1" = s_client ]; then cat "$ISTIOD"; else command openssl "$@"; fi
}
kubectl() {
  case "$*" in
    "get pods -A "*)
      cat "$PODS" || return
      [ ! -e "$PODS_LATER" ] || mv "$PODS_LATER" "$PODS"
      ;;
    "-n istio-system get pods -l app=istiod "*) echo istiod-1 ;;
    "-n istio-system port-forward pod/istiod-1 :15012") echo 'Forwarding from 127.0.0.1:40001 -> 15012' ;;
    *" -- pilot-agent request GET config_dump?resource=dynamic_active_secrets") cat "$DUMPS/$2.$4" ;;
    *) echo "unexpected: $*" >&2; return 1 ;;
  esac
}
`;

interface Proxy {
  readonly signer: Authority;
  readonly trusts: readonly Authority[];
}

describe("the proof of a mesh's roots", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "nordmesh-roots-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function prove(args: {
    readonly when: "before" | "after";
    readonly proxies: Readonly<Record<string, Proxy>>;
    readonly roots: string;
    readonly signer: string;
    readonly others?: readonly string[];
    /** What istiod signs with. @default the old root's intermediate */
    readonly signing?: Authority;
    /** Rows of pods that only the first list has. */
    readonly listedOnce?: readonly string[];
    /** True where the API server does not answer. */
    readonly unlisted?: true;
  }) {
    const dumps = join(folder, "dumps");
    mkdirSync(dumps, { recursive: true });
    const rows = Object.keys(args.proxies).map(
      (name) => `shop ${name} ready=True deleted= istio-proxy app`,
    );
    writeFileSync(join(folder, "pods"), [...rows, ...(args.others ?? []), ""].join("\n"));
    if (args.listedOnce !== undefined) {
      const { listedOnce: once } = args;
      const later = [...rows, ...(args.others ?? [])].filter((row) => !once.includes(row));
      writeFileSync(join(folder, "later"), [...later, ""].join("\n"));
    }
    for (const [name, proxy] of Object.entries(args.proxies)) {
      writeFileSync(join(dumps, `shop.${name}`), dumpOf(proxy));
    }
    const signing = makeIssuer({ name: "istiod", organization }, args.signing ?? old, now);
    writeFileSync(join(folder, "istiod"), `CONNECTED\n${signing.certificate}`);
    const [common, own] = ["steps/scripts/common", "mesh/scripts/roots"].map((name) =>
      readScripts(join(root, "components"), [name]),
    );
    const script = withVariables([common, kubectl, own].join("\n"), {
      HOST: "cp-1",
      PODS: join(folder, args.unlisted ? "nothing" : "pods"),
      PODS_LATER: join(folder, "later"),
      DUMPS: dumps,
      ISTIOD: join(folder, "istiod"),
      WHEN: args.when,
      ROOTS: args.roots,
      SIGNER: args.signer,
    });
    return spawnSync("bash", ["-s", "--", "ensure"], { input: script, encoding: "utf8" });
  }

  const both = "2026-aaaaaaaa 2027-bbbbbbbb";

  it("lets the first mesh of a cluster pass, and proxies that have no certificate yet", () => {
    const done = prove({
      when: "before",
      proxies: {},
      roots: "2026-aaaaaaaa",
      signer: "2026-aaaaaaaa",
      others: [
        "kube-system coredns ready=True deleted= coredns",
        "shop starts ready=False deleted= istio-proxy app",
      ],
    });
    assert.equal(done.stderr, "");
    assert.equal(done.stdout, '{"proxies":0}\n');
  });

  it("lets a root sign that every proxy trusts, while those of the old one are still about", () => {
    const proxies = {
      a: { signer: old, trusts: [old, next] },
      b: { signer: next, trusts: [old, next] },
    };
    const done = prove({ when: "before", proxies, roots: both, signer: "2027-bbbbbbbb" });
    assert.equal(done.stderr, "");
    assert.equal(done.stdout, '{"proxies":2}\n');
  });

  it("names the proxies that do not trust the root that is to sign", () => {
    const proxies = { a: { signer: old, trusts: [old, next] }, b: { signer: old, trusts: [old] } };
    const done = prove({ when: "before", proxies, roots: both, signer: "2027-bbbbbbbb" });
    assert.equal(done.status, 1);
    assert.match(done.stderr, /do not trust a root, 2027-bbbbbbbb: shop\/b\. /);
    assert.match(done.stderr, /were not changed, as workloads would refuse each other/);
  });

  it("names the proxies that show a certificate of a root that goes", () => {
    const proxies = {
      a: { signer: old, trusts: [old, next] },
      b: { signer: next, trusts: [old, next] },
    };
    const done = prove({
      when: "before",
      proxies,
      roots: "2027-bbbbbbbb",
      signer: "2027-bbbbbbbb",
    });
    assert.equal(done.status, 1);
    assert.match(
      done.stderr,
      /no longer declared, 2026-aaaaaaaa: shop\/a\. They renew within a day/,
    );
  });

  it("takes pods that cannot be listed for no proof", () => {
    const empty = { when: "before", proxies: {}, roots: both, signer: "2026-aaaaaaaa" } as const;
    const done = prove({ ...empty, unlisted: true });
    assert.equal(done.status, 1);
    assert.match(done.stderr, /did not list the pods, so what proxies trust is not known/);
  });

  it("takes a proxy that does not answer for no proof, unless its pod is gone meanwhile", () => {
    const proxies = { a: { signer: old, trusts: [old, next] } };
    const args = { when: "before", proxies, roots: both, signer: "2026-aaaaaaaa" } as const;
    const mute = prove({ ...args, others: ["shop mute ready=True deleted= istio-proxy app"] });
    assert.equal(mute.status, 1);
    assert.match(mute.stderr, /of ready pods do not answer: shop\/mute, so what they trust/);
    const ending = "shop ending ready=True deleted= istio-proxy app";
    const gone = prove({ ...args, others: [ending], listedOnce: [ending] });
    assert.equal(gone.stderr, "");
    assert.equal(gone.status, 0);
  });

  it("stops at a living mesh whose istiod signs itself", () => {
    const proxies = { a: { signer: selfSigned, trusts: [selfSigned] } };
    const done = prove({
      when: "before",
      proxies,
      roots: "2026-aaaaaaaa",
      signer: "2026-aaaaaaaa",
    });
    assert.equal(done.status, 1);
    assert.match(done.stderr, /do not trust a root, 2026-aaaaaaaa: shop\/a\./);
  });

  it("does not take another root of the same name for it", () => {
    const other = makeRoot({ name: "2026-cccccccc", organization }, now);
    const proxies = { a: { signer: other, trusts: [other] } };
    const done = prove({
      when: "before",
      proxies,
      roots: "2026-aaaaaaaa",
      signer: "2026-aaaaaaaa",
    });
    assert.equal(done.status, 1);
  });

  it("waits afterwards until each proxy trusts each root, and says who never did", () => {
    const proxies = { a: { signer: old, trusts: [old, next] }, b: { signer: old, trusts: [old] } };
    const late = prove({ when: "after", proxies, roots: both, signer: "2026-aaaaaaaa" });
    assert.equal(late.status, 1);
    assert.match(late.stderr, /2027-bbbbbbbb: shop\/b\./);
    const all = { ...proxies, b: { signer: old, trusts: [next, old] } };
    assert.equal(
      prove({ when: "after", proxies: all, roots: both, signer: "2026-aaaaaaaa" }).status,
      0,
    );
  });

  it("waits afterwards until istiod signs by the declared root, as pods that start before get the old one", () => {
    const proxies = { a: { signer: old, trusts: [old, next] } };
    const roots = { when: "after", proxies, roots: both, signer: "2027-bbbbbbbb" } as const;
    const late = prove({ ...roots, signing: old });
    assert.equal(late.status, 1);
    assert.match(
      late.stderr,
      /does not sign by the declared root, 2027-bbbbbbbb: istio-system\/istiod-1\./,
    );
    assert.equal(prove({ ...roots, signing: next }).status, 0);
  });

  it("shows ten of many", () => {
    const names = Array.from({ length: 12 }, (_, index) => `p${String(index + 10)}`);
    const proxies = Object.fromEntries(names.map((name) => [name, { signer: old, trusts: [old] }]));
    const done = prove({ when: "before", proxies, roots: both, signer: "2027-bbbbbbbb" });
    assert.match(done.stderr, /shop\/p19 and 2 more\./);
  });
});

/** What a proxy prints of its certificates; the chain holds the workload's, then the intermediate. */
function dumpOf({ signer, trusts }: Proxy): string {
  const issuer = makeIssuer({ name: "istiod", organization }, signer, now);
  const shown = signer === selfSigned ? signer : issuer;
  const encoded = (text: string): string => Buffer.from(text).toString("base64");
  const dump = {
    configs: [
      {
        secret: {
          tls_certificate: {
            certificate_chain: { inline_bytes: encoded(shown.certificate) },
            private_key: { inline_bytes: "W3JlZGFjdGVkXQ==" },
          },
        },
      },
      {
        secret: {
          validation_context: {
            trusted_ca: {
              inline_bytes: encoded(trusts.map(({ certificate }) => certificate).join("")),
            },
          },
        },
      },
    ],
  };
  return JSON.stringify(dump, null, 1);
}
