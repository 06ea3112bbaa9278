import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { load } from "js-yaml";
import { planOf, type Fields } from "../support/fixtures";
import { stepOf } from "../support/steps";
import { itNames, kubernetes, type Mistake } from "../support/mistakes";

function kubeletOf(kubelet: Fields): Fields {
  const step = stepOf(planOf(kubernetes({ kubelet })), "cp-1-join");
  return load(step.variables["KUBELET_CONFIG"] ?? "") as Fields;
}

describe("fields of the kubelet", () => {
  it("win over what every node gets, and change nothing else", () => {
    const fields = fc.record(
      {
        failCgroupV1: fc.boolean(),
        protectKernelDefaults: fc.boolean(),
        eventRecordQPS: fc.nat(),
        shutdownGracePeriod: fc.constantFrom("30s", "1m30s", "0"),
        evictionHard: fc.constant({ "memory.available": "200Mi" }),
        resolvConf: fc.constant("/run/systemd/resolve/resolv.conf"),
      },
      { requiredKeys: [] },
    );
    const without = kubeletOf({});
    fc.assert(
      fc.property(fields, (declared) => {
        assert.deepEqual(kubeletOf(declared), { ...without, ...declared });
      }),
    );
  });

  const mistakes: readonly Mistake[] = [
    [
      "misspelled one",
      kubernetes({ kubelet: { failCgroupv1: false } }),
      [
        'stack.kubernetes.kubelet.failCgroupv1: got false, but the kubelet has no such field; did you mean "failCgroupV1"?',
      ],
    ],
    [
      "gave one another kind of value",
      kubernetes({ kubelet: { failSwapOn: "no", syncFrequency: "1 minute", podsPerCore: 1.5 } }),
      [
        'stack.kubernetes.kubelet.failSwapOn: got "no", expected true or false',
        "stack.kubernetes.kubelet.podsPerCore: got 1.5, expected a whole number",
        'stack.kubernetes.kubelet.syncFrequency: got "1 minute", expected a duration such as 30s or 1h30m',
      ],
    ],
    [
      "opened what is closed for every cluster",
      kubernetes({
        kubelet: { authentication: { anonymous: { enabled: true } }, readOnlyPort: 10255 },
      }),
      ["authentication: got a map", "readOnlyPort: got 10255"].map(
        (field) =>
          `stack.kubernetes.kubelet.${field}, but it is not set here: it is decided for every cluster, so that only the API server is let in`,
      ),
    ],
    [
      "set what has a setting of its own",
      kubernetes({ kubelet: { maxPods: 20, clusterDNS: ["10.96.0.10"] } }),
      [
        "stack.kubernetes.kubelet.clusterDNS: got a list, but it is not set here: it follows from kubernetes.serviceCidr",
        "stack.kubernetes.kubelet.maxPods: got 20, but it is not set here: declare kubernetes.maxPods",
      ],
    ],
  ];

  describe("are refused where the operator", () => itNames(mistakes));
});
