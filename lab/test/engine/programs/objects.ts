/** Steps from a file, put into the cluster of another file. */
import * as fs from "node:fs";

import * as pulumi from "@pulumi/pulumi";
import { createObjects } from "../../../../components/steps/objects";
import { clusterProvider } from "../../../../components/steps/provider";
import type { ClusterStep } from "../../../../components/steps/step";
import { clusterFacts } from "../../../../components/steps/target";

const directory = process.env["OBJECTS_DIRECTORY"] ?? "";
const read = (name: string): string => fs.readFileSync(`${directory}/${name}`, "utf8");

const provider = clusterProvider("cluster", {
  kubeconfig: read("kubeconfig"),
  clusterIdentifier: "nordmesh/test",
});
createObjects({
  parent: new pulumi.ComponentResource("nordmesh:objects:ClusterObjects", "objects"),
  steps: JSON.parse(read("steps.json")) as ClusterStep[],
  target: {
    facts: clusterFacts("test", {}),
    prefix: "",
    provider,
    made: new Map(),
    run: (step) => {
      throw new Error(`${step.name} has no host`);
    },
  },
  secrets: { grafana: "classified-4711" },
});
