/** Secrets of the addons: the plan names the values, the stack gives them. */
import type { ObjectStep, StepHead } from "../steps/step";

/** Keys of a Secret with the login of Grafana's administrator. */
export const grafanaKeys = { user: "admin-user", password: "admin-password" } as const;

interface SecretArgs {
  readonly name: string;
  readonly namespace: string;
  /** Plain values by key. */
  readonly values?: Readonly<Record<string, string>>;
  /** Key to the name of the stack's secret that becomes its value. */
  readonly from: Readonly<Record<string, string>>;
}

export function secretStep(head: StepHead, args: SecretArgs): ObjectStep {
  const { name, namespace, values, from } = args;
  return {
    kind: "object",
    ...head,
    object: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace },
      type: "Opaque",
      ...(values !== undefined && { data: encoded(values) }),
    },
    secretData: from,
  };
}

/** The administrator's login; Grafana and Kiali each read it in their own namespace. */
export function grafanaLogin(
  head: StepHead,
  args: Omit<SecretArgs, "values" | "from">,
): ObjectStep {
  return secretStep(head, {
    ...args,
    values: { [grafanaKeys.user]: "admin" },
    from: { [grafanaKeys.password]: "grafanaAdminPassword" },
  });
}

function encoded(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
  );
}
