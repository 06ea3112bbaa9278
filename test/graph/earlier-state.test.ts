/** A state that earlier code left: nothing in it may go or be replaced, and only what was mended runs again. */
import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { stackOfFile } from "../../stacks/file";
import { urnOf } from "../support/fake-engine";
import { graphOf, type Graph, type GraphRequest } from "../support/graph";
import { environments } from "./environments";
import { rowsOf } from "./earlier-state";

const requests: Readonly<Record<string, GraphRequest>> = {
  ...environments,
  prod: { ...example("prod"), environment: "prod" },
  ...Object.fromEntries(["g0", "g3", "g4"].map((name) => [name, example(name)])),
};

/**
 * Steps whose scripts were mended since: control planes take the token of kubeadm init back, machines on a hypervisor
 * keep their UUID, those on this computer have a folder for each cluster, containers get disks and say what their bundle
 * lacks, checks look at disks, hosts are told what their pod network leaves there. The cluster remembers which that is.
 * Gateways start from images that their nodes have. Kubelets are waited for until they have a serving certificate.
 */
const mended =
  /::([a-z0-9]+(-\d)?-(join|node|preflight)|(kvm|lab|cp|worker)-\d-machine|cluster-(constants|nodes)|mesh-gateway-[\w-]+)$/;

/** Patches of workloads, which had to be there: the annotations they let go of come back as pods start. */
const letGo = /kubernetes:apps\/v1:\w+Patch::mesh-workload-/;

describe("a state of earlier code", () => {
  for (const [name, request] of Object.entries(requests)) {
    it(`keeps every resource of ${name}, with the same inputs`, async () => {
      const graph = await graphOf(request);
      assert.equal(graph.failure, undefined);
      const now = new Map(
        rowsOf(graph)
          .map(read)
          .map(({ urn, digest }) => [urn, digest]),
      );
      const names = knownAs(graph);
      const changed = earlier(name).flatMap(({ urn, digest }) => {
        const heir = names.get(urn);
        if (heir === undefined) return letGo.test(urn) ? [] : [`${urn} is gone`];
        return now.get(heir) === digest || mended.test(urn) ? [] : [`${urn} changed`];
      });
      assert.deepEqual(changed, []);
    });
  }
});

function earlier(name: string) {
  const rows = readFileSync(join(__dirname, "earlier", `${name}.txt`), "utf8")
    .trim()
    .split("\n");
  return rows.map(read);
}

function read(row: string) {
  const [urn = "", digest] = row.split(" ");
  return { urn, digest };
}

/** Each URN that a resource has now or is known by, as the engine reads aliases: a parent's hold for each name of its children. */
function knownAs({ resources }: Graph): ReadonlyMap<string, string> {
  const aliases = new Map<string, readonly string[]>();
  const found = new Map<string, string>();
  for (const { urn, parent, type, name, aliases: own } of resources) {
    const names = [name, ...own.map((alias) => alias.split("::").at(-1) ?? "")];
    const inherited = (aliases.get(parent) ?? []).flatMap((former) =>
      names.map((one) => urnOf({ type, name: one, parent: former })),
    );
    const all = [...own, ...inherited];
    aliases.set(urn, all);
    for (const one of [urn, ...all]) found.set(one, urn);
  }
  return found;
}

/** An example as it was then. */
function example(name: string): GraphRequest {
  const text = readFileSync(join(__dirname, "earlier", `${name}.yaml`), "utf8");
  return { stack: stackOfFile(load(text)), environment: `dev-${name}` };
}
