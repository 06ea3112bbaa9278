import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verdicts } from "../../components/verify/check";
import type { Answer } from "../../components/verify/kubectl";
import { boundedRun, withRetry } from "../../components/verify/kubectl";
import { observeMesh } from "../../components/verify/observe-mesh";
import { passed } from "../../components/verify/render";
import { parseWords, verifyMesh } from "../../stacks/verify";
import { plan, sidecar } from "../mesh/examples";
import { root } from "../support/fixtures";
import { assertGolden } from "../support/golden";
import { fakeRun } from "./fake-cluster";

const programs = { kubectl: "kubectl", kubeconfig: "kubeconfig", istioctl: "istioctl" };
const host = "ledger.payments.svc.cluster.local";
const mesh = plan(
  sidecar({
    namespaces: { payments: {} },
    services: {
      "payments/ledger": {
        port: 8080,
        breaker: {
          preset: "none",
          maxConnections: 100,
          baseEjectionTime: "3m",
          maxEjectionPercent: 50,
        },
        canary: { v1: 90, v2: 10 },
        timeout: "2s",
        retries: { attempts: 2, perTryTimeout: "500ms", retryOn: ["reset", "503"] },
      },
    },
  }),
);
const asked = { environment: "test", expected: mesh, programs };

describe("verify: a run", () => {
  it("reports what it found in the order of its questions, as in the golden file", async () => {
    const { text, exitCode } = await verifyMesh({
      ...asked,
      json: false,
      run: fakeRun(),
    });
    assert.equal(exitCode, 1);
    assertGolden("verify", {
      "report.txt": text
        .replace(/expires in -?\d+ h/g, "expires in N h")
        .replace(/expired \S+/g, "expired <time>"),
    });
  });

  it("prints the same as JSON", async () => {
    const { text } = await verifyMesh({ ...asked, json: true, run: fakeRun() });
    const report = JSON.parse(text) as {
      passed: boolean;
      counts: object;
      checks: readonly object[];
    };
    assert.equal(report.passed, false);
    assert.deepEqual(Object.keys(report.checks[0] ?? {}), [
      "id",
      "subject",
      "verdict",
      "detail",
      "advice",
    ]);
    assert.deepEqual(Object.keys(report.counts), ["pass", "fail", "warn", "skip"]);
  });

  it("only reads: get, exec of the proxy's GETs, analyze", async () => {
    const calls: string[] = [];
    await observeMesh({ expected: mesh, programs, run: fakeRun({}, calls) });
    const allowed =
      /^(kubectl --kubeconfig kubeconfig --request-timeout=\d+s (get |exec -n \S+ \S+ -c istio-proxy -- pilot-agent request GET )|istioctl analyze )/;
    assert.ok(calls.length > 10);
    assert.deepEqual(
      calls.filter((call) => !allowed.test(call)),
      [],
    );
  });

  it("does not pass when the cluster tells nothing", async () => {
    const refused: Answer = { stdout: "", error: "Error from server (Forbidden): no" };
    const run = fakeRun({ "/version": { stdout: "{}", error: "" }, "get ": refused });
    const { text, exitCode } = await verifyMesh({ ...asked, json: false, run });
    assert.equal(exitCode, 1);
    assert.match(text, /^1 passed, 5 failed/m);
  });

  it("ends as one problem when the cluster does not answer", async () => {
    const run = fakeRun({ "/version": { stdout: "", error: "connection refused" } });
    await assert.rejects(verifyMesh({ ...asked, json: false, run }), {
      message: "the cluster of kubeconfig does not answer: connection refused",
    });
  });

  it("counts a pod that refuses its proxy's admin interface as a failure", async () => {
    const run = fakeRun({ config_dump: { stdout: "", error: "unable to upgrade connection" } });
    const { text } = await verifyMesh({ ...asked, json: false, run });
    assert.match(
      text,
      /FAIL {2}payments\/ledger-0 +the proxy's configuration was not read: unable/,
    );
    assert.ok(!text.includes(host));
  });
});

describe("verify: verdict of a run", () => {
  const { pass, warn, skip, fail } = verdicts("x");

  it("needs a proof and no failure", () => {
    assert.equal(passed([pass("a", ""), warn("b", ""), skip("c", "")]), true);
    assert.equal(passed([pass("a", ""), fail("b", "")]), false);
    assert.equal(passed([skip("a", ""), warn("b", "")]), false);
    assert.equal(passed([]), false);
  });
});

describe("verify: command line", () => {
  let directory = "";
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "nordmesh-verify-"));
    for (const name of ["kubectl", "config"]) writeFileSync(join(directory, name), "");
  });
  after(() => rmSync(directory, { recursive: true }));
  const message = (words: readonly string[], variables = {}) => {
    try {
      parseWords(words, { PATH: "", XDG_STATE_HOME: directory, ...variables });
      return "accepted";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  it("finds its programs on PATH and the kubeconfig in the environment", () => {
    const config = join(directory, "config");
    assert.deepEqual(parseWords(["dev"], { PATH: `/nowhere:${directory}`, KUBECONFIG: config }), {
      environment: "dev",
      file: join(root, "Pulumi.dev.yaml"),
      json: false,
      programs: { kubectl: join(directory, "kubectl"), kubeconfig: config },
    });
  });

  it("takes the path of a file, and the kubeconfig of the environment that it names", () => {
    const state = join(directory, "nordmesh", "g3");
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, "kubeconfig"), "");
    const file = join(root, "examples", "Pulumi.g3.yaml");
    const words = parseWords([file], { PATH: directory, XDG_STATE_HOME: directory });
    assert.deepEqual([words.environment, words.file], ["g3", file]);
    assert.equal(words.programs.kubeconfig, join(state, "kubeconfig"));
  });

  it("says what is missing", () => {
    const config = join(directory, "config");
    assert.match(message([]), /^usage: npm run verify/);
    assert.match(message(["dev", "--yes"]), /'--yes'/);
    assert.match(message(["prdo"]), /^no environment "prdo", .*; did you mean "prod"\?$/);
    assert.match(message(["dev"]), /^no kubeconfig: .*--kubeconfig FILE$/);
    assert.match(message(["dev"], { KUBECONFIG: config }), /^kubectl is not on PATH/);
  });
});

describe("verify: running programs", () => {
  const shell = (script: string) => boundedRun(2)("/bin/sh", ["-c", script]);

  it("keeps what a failing program wrote", async () => {
    assert.deepEqual(await shell("echo out; echo why >&2; exit 3"), {
      stdout: "out\n",
      error: "why",
    });
    assert.deepEqual(await shell("echo out; echo warning >&2"), { stdout: "out\n", error: "" });
  });

  it("has a reason when there is no such program", async () => {
    const { error } = await boundedRun(1)("/no/such/program", []);
    assert.match(error, /ENOENT/);
  });

  it("asks again, three times in all, where only the way to a pod broke", async () => {
    const broken = { stdout: "", error: "error reading from error stream: websocket: close 1006" };
    const answers = async (...given: readonly Answer[]): Promise<[Answer, number]> => {
      let asked = 0;
      const last = await withRetry(() => Promise.resolve(given[asked++] ?? broken));
      return [last, asked];
    };
    const fine = { stdout: "{}", error: "" };
    const refused = { stdout: "", error: "pods is forbidden" };
    assert.deepEqual(await answers(broken, fine), [fine, 2]);
    assert.deepEqual(await answers(refused), [refused, 1]);
    assert.deepEqual(await answers(), [broken, 3]);
  });

  it("runs no more at once than it may", async () => {
    const run = boundedRun(2);
    const started = Date.now();
    await Promise.all([1, 2, 3, 4].map(() => run("/bin/sleep", ["0.2"])));
    assert.ok(Date.now() - started >= 390);
  });
});
