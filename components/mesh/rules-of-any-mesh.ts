/** Findings that do not depend on which mesh it is: about who is let in, what gets out, and time limits. */
import type { Finding } from "../findings/finding";
import { milliseconds } from "../text/duration";
import { sorted } from "../text/sorted";

type Openness = "permissive" | "strict";

interface Borders {
  readonly mtls: Openness;
  readonly namespaces: Readonly<Record<string, { readonly mtls?: Openness | undefined }>>;
  readonly workloads: Readonly<Record<string, { readonly plaintextPorts: readonly number[] }>>;
  readonly plaintextClients: readonly {
    readonly to: string;
    readonly from: string;
    readonly until?: string | undefined;
  }[];
  readonly egress: { readonly mode: "allow-list" | "any" };
}

/** A service at its path below the section. */
interface TimedService {
  readonly at: string;
  readonly service: {
    readonly timeout?: string | undefined;
    readonly callerTimeout?: string | undefined;
    readonly retries?:
      { readonly attempts: number; readonly perTryTimeout?: string | undefined } | undefined;
  };
}

export function strictLocksOut(config: Borders): readonly Finding[] {
  return config.plaintextClients.flatMap(({ to, from, until }) => {
    const [namespace = "", workload] = to.split("/");
    const mtls = config.namespaces[namespace]?.mtls ?? config.mtls;
    const open = workload === undefined ? [] : (config.workloads[to]?.plaintextPorts ?? []);
    if (mtls === "permissive" || open.length > 0) return [];
    return [
      {
        rule: "strict-locks-out-client",
        at: `plaintextClients.${to}`,
        value: `strict mTLS for ${from}`,
        consequence: `refuses its connections to ${to}${until === undefined ? "" : `, although it stays until ${until}`}`,
        safe: `namespaces.${namespace}.mtls: permissive until it has moved, or plaintextPorts of the workload`,
      },
    ];
  });
}

export function plaintextAccepted(config: Borders): readonly Finding[] {
  const places = sorted(config.namespaces).flatMap(([name, { mtls }]) =>
    mtls === "permissive" ? [`namespaces.${name}.mtls`] : [],
  );
  return [...(config.mtls === "permissive" ? ["mtls"] : []), ...places].map((at) => ({
    rule: "plaintext-accepted",
    at,
    value: "permissive",
    consequence: "lets in whoever reaches a pod, without encryption and without an identity",
    safe: "strict, once every caller has joined; plaintextPorts for what cannot",
    stage: true,
  }));
}

export function egressOpen({ egress }: Borders): readonly Finding[] {
  if (egress.mode === "allow-list") return [];
  return [
    {
      rule: "egress-open",
      at: "egress.mode",
      value: "any",
      consequence: "lets workloads reach every address outside, also those nobody answers for",
      safe: "allow-list, with each destination under egress.allow",
    },
  ];
}

/** At the path of a breaker's field that says one. */
export function ejectsOnFirstError(at: string): Finding {
  return {
    rule: "ejects-on-first-error",
    at,
    value: "1",
    consequence: "takes a backend out for one failed request, which each caller can provoke",
    safe: "at least 3",
  };
}

export function retriesExceedTimeout({ at, service }: TimedService): readonly Finding[] {
  const { timeout, retries } = service;
  if (!timeout || !retries?.perTryTimeout || retries.attempts === 0) return [];
  const needed = (retries.attempts + 1) * milliseconds(retries.perTryTimeout);
  if (needed <= milliseconds(timeout)) return [];
  return [
    {
      rule: "retries-exceed-timeout",
      at: `${at}.retries`,
      value: `${retries.attempts + 1} tries of ${retries.perTryTimeout}`,
      consequence: `need ${needed} ms, but the request ends after ${timeout}: the last tries never finish`,
      safe: `a timeout of at least ${needed}ms, or fewer or shorter tries`,
    },
  ];
}

export function timeoutAfterCaller({ at, service }: TimedService): readonly Finding[] {
  const { timeout, callerTimeout } = service;
  if (!timeout || !callerTimeout || milliseconds(timeout) < milliseconds(callerTimeout)) return [];
  return [
    {
      rule: "timeout-after-caller",
      at: `${at}.timeout`,
      value: timeout,
      consequence: `outlasts the caller's own ${callerTimeout}: the mesh works on for somebody who has gone`,
      safe: `less than ${callerTimeout}`,
    },
  ];
}
