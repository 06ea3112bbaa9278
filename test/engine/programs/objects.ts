/** Steps from a file, put into the cluster of another file. */
import * as fs from "node:fs";

import { ClusterObjects, clusterProvider, type ClusterStep } from "../../../components/objects";

const directory = process.env["OBJECTS_DIRECTORY"] ?? "";
const read = (name: string): string => fs.readFileSync(`${directory}/${name}`, "utf8");

const provider = clusterProvider("cluster", {
  kubeconfig: read("kubeconfig"),
  clusterIdentifier: "nordmesh/test",
});
new ClusterObjects("objects", {
  steps: JSON.parse(read("steps.json")) as ClusterStep[],
  provider,
  secrets: { grafana: "classified-4711" },
});
