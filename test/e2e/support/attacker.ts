/** Pods that try to leave a namespace by ways past its proxy, and what came of it. */
import type { KubernetesObject } from "../../../components/steps/step";
import type { Kubectl } from "./machine";

/** An image of the bundle that has a shell's tools for networks. */
const image = "docker.io/istio/proxyv2:1.31.1";

export interface AttackerArgs {
  readonly name: string;
  readonly namespace: string;
  /** User of its process; Istio leaves 1337 alone. */
  readonly user?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly pod?: object;
  readonly container?: object;
}

/** A pod that waits for commands. */
export function attacker(args: AttackerArgs): KubernetesObject {
  const { name, namespace, user = 65532, labels = {}, annotations = {} } = args;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { app: name, tries: "", ...labels }, annotations },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "shell",
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["/usr/bin/busybox", "sleep", "infinity"],
          securityContext: { runAsUser: user, ...(user === 0 ? {} : { runAsNonRoot: true }) },
          ...args.container,
        },
      ],
      ...args.pod,
    },
  };
}

/** What a command in a pod prints, with its status; it is given eight seconds. */
export async function tries(
  kubectl: Kubectl,
  pod: { readonly name: string; readonly namespace: string },
  ...words: readonly string[]
): Promise<string> {
  const script = `/usr/bin/busybox timeout 8 "$@" 2>&1; echo "status $?"`;
  const { stdout, error } = await kubectl.answer(
    ...["-n", pod.namespace, "exec", pod.name, "-c", "shell", "--"],
    ...["/usr/bin/busybox", "sh", "-c", script, "sh", "/usr/bin/busybox", ...words],
  );
  return `${stdout}${error}`.trim();
}
