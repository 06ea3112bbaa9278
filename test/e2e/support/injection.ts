/** Damages injection as a fast machine did, and looks at what becomes of it. */
import type { ScriptStep } from "../../../components/steps/step";
import { renderScript } from "../../../components/steps/script";
import { objectsOf } from "../../../components/environment/plan";
import type { StackPlan } from "../../../components/environment/plan";
import type { Kubectl, Shell } from "./machine";

const system = ["-n", "istio-system"] as const;

/**
 * Leaves an istiod behind that started before its template: Ready, without injection, with the
 * template there by now. `revision` is that of the control plane.
 */
export async function leaveOutInjection(kubectl: Kubectl, revision: string): Promise<void> {
  const template = `istio-sidecar-injector-${revision}`;
  const kept = JSON.parse(
    await kubectl.run(...system, "get", "configmap", template, "-o", "json"),
  ) as { readonly data: object; readonly metadata: { readonly labels?: object } };
  await kubectl.run(...system, "delete", "configmap", template);
  try {
    await restart(kubectl, revision);
  } finally {
    const { data, metadata } = kept;
    const again = { name: template, namespace: "istio-system", labels: metadata.labels ?? {} };
    await kubectl.apply([{ apiVersion: "v1", kind: "ConfigMap", metadata: again, data }]);
  }
}

async function restart(kubectl: Kubectl, revision: string): Promise<void> {
  const istiod = `deployment/istiod-${revision}`;
  await kubectl.run(...system, "rollout", "restart", istiod);
  await kubectl.run(...system, "rollout", "status", istiod, "--timeout=10m");
}

/** Names of the containers a pod of the revision would have; the error where it is refused. */
export async function injectedContainers(kubectl: Kubectl, revision: string): Promise<string> {
  const labels = `istio.io/rev=${revision},sidecar.istio.io/inject=true`;
  const path = "jsonpath={.spec.initContainers[*].name} {.spec.containers[*].name}";
  const args = ["run", "seen", "--image=probe.invalid/probe:1", "--restart=Never"];
  return kubectl
    .run(...system, ...args, `--labels=${labels}`, "--dry-run=server", "-o", path)
    .catch(String);
}

/** Runs the planned gate on its host once more, as an update would; resolves with its report. */
export async function runGate(
  shell: Pick<Shell, "run">,
  { plan, revision }: { readonly plan: StackPlan; readonly revision: string },
): Promise<{ readonly revision: string; readonly restarted: boolean }> {
  const gate = objectsOf(plan).find(
    (step): step is ScriptStep => step.kind === "script" && step.values["REVISION"] === revision,
  );
  if (gate === undefined) throw new Error(`no gate of revision ${revision}`);
  const script = renderScript(gate, {});
  const output = await shell.run(`bash -s -- ensure <<'SCRIPT'\n${script}\nSCRIPT\n`);
  return JSON.parse(output.split("\n").at(-1) ?? "") as {
    readonly revision: string;
    readonly restarted: boolean;
  };
}
