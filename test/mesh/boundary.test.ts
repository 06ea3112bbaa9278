import * as assert from "node:assert/strict";
import { toYamlStream } from "../../components/text/yaml";
import { assertGolden } from "../support/golden";
import { ambient, destination, objectsOf, plan, sidecar } from "./examples";

const allow = {
  bank: { ...destination, hosts: ["api.bank.example", "*.bank.example"] },
  ledger: { ...destination, hosts: ["db.ledger.example"], ranges: ["192.0.2.0/24"] },
};
const sections = {
  sidecar: sidecar({ egress: { allow }, gateways: { "istio-ingress": {} } }),
  ambient: ambient({ egress: { allow } }),
};

describe("the boundary around a namespace", () => {
  it("closes where the pod network enforces policies, and only there", () => {
    const closed = (cni: string) => boundariesOf("sidecar", cni).length > 0;
    assert.deepEqual(["calico", "cilium", "flannel"].map(closed), [true, true, false]);
  });

  it("closes the way out of ambient pods as well, for what was declared to all of them", () => {
    const names = (mode: "sidecar" | "ambient") =>
      boundariesOf(mode, "cilium").map(({ metadata }) => metadata.namespace);
    assert.deepEqual(names("sidecar"), ["shop"]);
    assert.deepEqual(names("ambient"), ["shop", "istio-egress"]);
  });

  it("lets pods reach the namespaces of the mesh, so that no other pod is a relay", () => {
    const inReach = {
      sidecar: ["istio-ingress", "istio-system", "kube-system", "shop"],
      ambient: ["istio-egress", "istio-system", "kube-system", "shop"],
    } as const;
    for (const cni of ["calico", "cilium"]) {
      for (const mode of ["sidecar", "ambient"] as const) {
        const [boundary] = boundariesOf(mode, cni);
        const values = JSON.stringify({ operator: "In", values: inReach[mode] }).slice(1, -1);
        assert.ok(JSON.stringify(boundary?.spec).includes(values), `${mode} ${cni}`);
      }
    }
  });

  it("leaves no second way to the cluster's DNS where Cilium reads the questions", () => {
    const [boundary] = boundariesOf("sidecar", "cilium");
    const { egress } = boundary?.spec as { egress: { toEndpoints?: unknown; toPorts?: unknown }[] };
    const withoutNames = egress.filter(({ toPorts }) => toPorts === undefined);
    assert.match(JSON.stringify(withoutNames), /"NotIn","values":\["kube-dns"\]/);
  });

  it("closes aliases where Cilium reads the questions, as the cluster's DNS answers for what they name", () => {
    const aliases = (cni: string) => aliasesOf("sidecar", cni).map(({ kind }) => kind);
    assert.deepEqual(aliases("calico"), []);
    assert.deepEqual(aliases("cilium"), [
      "ValidatingAdmissionPolicy",
      "ValidatingAdmissionPolicyBinding",
    ]);
  });

  it("is as in the golden file", () => {
    assertGolden("mesh/boundary", {
      "aliases.yaml": toYamlStream(aliasesOf("sidecar", "cilium")),
      "ambient-cilium.yaml": toYamlStream(boundariesOf("ambient", "cilium")),
      "sidecar-calico.yaml": toYamlStream(boundariesOf("sidecar", "calico")),
      "sidecar-cilium.yaml": toYamlStream(boundariesOf("sidecar", "cilium")),
    });
  });
});

const boundariesOf = objectsNamed("mesh-network-");
const aliasesOf = objectsNamed("mesh-aliases");

function objectsNamed(beginning: string) {
  return (mode: keyof typeof sections, cni: string) => {
    const { steps } = plan(sections[mode], { cni });
    return objectsOf(steps.filter(({ name }) => name.startsWith(beginning)));
  };
}
