/** Puts the sample into the mesh and asks it, as its users would. */
import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesObject } from "../../components/steps/step";
import type { Kubectl } from "../kubectl";
import { clientIdentity, isDenied, lastWords, plainTextOutcome } from "./proof";
import { shop, startInTurn, stranger } from "./sample";

/** As the mesh of the sample environments enrols it; and one that it does not. */
const [inside, outside] = ["shop", "default"];

const apply = ["apply", "--server-side", "--validate=false", "-f", "-"];
const available = ["wait", "--for=condition=Available", "--timeout=10m"];

/** A proxy has its certificate before its pod is ready. */
const strangerSeconds = 120;
const noIdentity = `the catalog saw no identity of its customer: pods that started while the injector was away have no proxy, so restart them: kubectl -n ${inside} rollout restart deployment`;

type Say = (text: string) => void;

/** Whether a mesh knows the service that the sample is; another environment is brought up without it. */
export function enrolsSample(mesh: { readonly services: object } | undefined): boolean {
  return mesh !== undefined && `${inside}/catalog` in mesh.services;
}

/** The sample belongs to its users, not to the stack: applied as they would, restarted by nobody. */
export async function startSample(args: {
  readonly kubectl: Kubectl;
  /** Whether the nodes are too slow to start all of it together. */
  readonly inTurn: boolean;
  readonly say: Say;
}): Promise<void> {
  const { kubectl, inTurn, say } = args;
  const objects = [...shop(inside), stranger(outside)];
  const ready = ({ name, namespace = outside }: KubernetesObject["metadata"]): void =>
    void kubectl.run([...available, "-n", namespace, `deployment/${name}`]);
  if (inTurn) {
    const one = (object: KubernetesObject): void => void kubectl.run(apply, JSON.stringify(object));
    return startInTurn(objects, { apply: one, ready, say });
  }
  kubectl.run(apply, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  for (const { kind, metadata } of objects) if (kind === "Deployment") ready(metadata);
  say("the sample runs");
}

/** Pods that went down with their node still count as available for a while. */
const patienceSeconds = 600;
/** Each proxy hears of another policy by itself; what it then refuses, it goes on refusing. */
const denialSeconds = 30;

/**
 * Asks the catalog from inside the mesh and from outside; returns what the answers prove.
 *
 * @throws Error when it answers a client without an identity, or does not answer its customer.
 */
export async function askSample(kubectl: Kubectl, say: Say): Promise<readonly string[]> {
  const curl = ["/usr/bin/fortio", "curl", "-timeout", "30s", "http://catalog.shop:8080/debug"];
  const customer = await until(say, () => {
    const from = ["-n", inside, "exec", "deploy/customer", "-c", "customer", "--"];
    const { status, output } = kubectl.attempt([...from, ...curl]);
    const identity = clientIdentity(output);
    if (isDenied({ status, output })) {
      const waiting = "the mesh denies the customer its catalog (403): see callers and access";
      return { waiting, forSeconds: denialSeconds };
    }
    if (status !== 0)
      return { waiting: `the catalog does not answer its customer: ${lastWords(output)}` };
    if (identity === undefined) return { waiting: noIdentity, forSeconds: strangerSeconds };
    return { found: identity };
  });
  await until(say, () => {
    const ended = kubectl.attempt(["-n", outside, "exec", "deploy/stranger", "--", ...curl]);
    const outcome = plainTextOutcome(ended);
    if (outcome === "answered") {
      throw new Error("the catalog answered a client outside of the mesh in plain text");
    }
    if (outcome === "refused") return { found: outcome };
    return { waiting: `the catalog is not reached in plain text: ${lastWords(ended.output)}` };
  });
  return [
    `The catalog answered ${customer}, its customer, over mutual TLS.`,
    "It refused a client outside of the mesh, which has no identity.",
  ];
}

interface Found {
  readonly found: string;
}

interface Waiting {
  readonly waiting: string;
  /** How long it may be the same. */
  readonly forSeconds?: number;
}

async function until(say: Say, look: () => Found | Waiting): Promise<string> {
  const end = Date.now() + patienceSeconds * 1000;
  let told = "";
  let since = Date.now();
  for (;;) {
    const seen = look();
    if ("found" in seen) return seen.found;
    if (seen.waiting !== told) {
      say(seen.waiting);
      told = seen.waiting;
      since = Date.now();
    }
    const unchanged = Date.now() - since;
    if (Date.now() > end || unchanged > (seen.forSeconds ?? patienceSeconds) * 1000) {
      throw new Error(seen.waiting);
    }
    await delay(2000);
  }
}
