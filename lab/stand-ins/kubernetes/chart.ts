import * as fs from "node:fs";
import * as path from "node:path";

import { withPrivateDirectory } from "../private-directory";
import { runProcess } from "../process";
import { isMap, type PropertyMap } from "../values";
import type { Discovery } from "./discovery";
import { textAt } from "./object";

/** Inputs of `kubernetes:helm.sh/v4:Chart` that the lab provider knows. */
const known = [
  "chart",
  "name",
  "namespace",
  "repositoryOpts",
  "resourcePrefix",
  "skipAwait",
  "skipCrds",
  "values",
  "version",
];

/** Renders a chart as the official provider does: as an install, without hooks, for this server. */
export async function renderChart(
  inputs: PropertyMap,
  server: { discovery: Discovery; namespace: string; signal: AbortSignal },
): Promise<string> {
  const unknown = Object.keys(inputs).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`helm.v4.Chart: the lab provider does not know ${unknown.join(", ")}`);
  }
  const values = inputs["values"];
  const version = textAt(inputs, "version");
  const repository = textAt(inputs, "repositoryOpts", "repo");
  const args = [
    ...["template", textAt(inputs, "name"), textAt(inputs, "chart")],
    ...["--namespace", server.namespace, "--no-hooks"],
    ...(inputs["skipCrds"] === true ? [] : ["--include-crds"]),
    ...(version === "" ? [] : ["--version", version]),
    ...(repository === "" ? [] : ["--repo", repository]),
    ...["--kube-version", await server.discovery.version()],
  ];
  const apiVersions = await server.discovery.apiVersions();
  return withPrivateDirectory(async (directory) => {
    const file = path.join(directory, "values.yaml");
    fs.writeFileSync(file, JSON.stringify(isMap(values) ? values : {}), { mode: 0o600 });
    const helm = process.env["NORDMESH_HELM"] ?? "helm";
    const finished = await runProcess({
      argv: [helm, ...args, "--values", file, "--api-versions", apiVersions.join(",")],
      stdin: "",
      logging: "none",
      log: () => undefined,
      signal: server.signal,
    }).catch((error: NodeJS.ErrnoException) => {
      throw new Error(
        error.code === "ENOENT" ? `program ${helm} not found, install Helm 4` : error.message,
      );
    });
    if (finished.code !== 0) {
      throw new Error(`helm template ${textAt(inputs, "chart")}: ${finished.stderr.trim()}`);
    }
    return finished.stdout;
  });
}
