import type { EngineEvent } from "@pulumi/pulumi/automation";

const words: Readonly<Record<string, readonly [string, string]>> = {
  create: ["creating", "created"],
  "create-replacement": ["recreating", "recreated"],
  update: ["updating", "updated"],
  delete: ["deleting", "deleted"],
  "delete-replaced": ["deleting old", "deleted old"],
};

/** A step of the engine that ended well. */
export interface Done {
  /** The resource's own name. */
  readonly name: string;
  /** Type of the resource, e.g. command:remote:Command. */
  readonly type: string;
  /** `create`, `update`, `delete`, … */
  readonly op: string;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly ended: number;
}

/** Turns engine events into one line when a resource's step starts, ends or fails. */
export class Progress {
  /** Texts of the errors the engine reported, without its own closing remark. */
  readonly errors: string[] = [];
  private readonly started = new Map<string, number>();

  constructor(
    private readonly print: (line: string) => void,
    private readonly onDone: (step: Done) => void = () => undefined,
  ) {}

  readonly onEvent = (event: EngineEvent): void => {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent } = event;
    if (resourcePreEvent) this.start(resourcePreEvent.metadata);
    if (resOutputsEvent) this.end(resOutputsEvent.metadata, "done");
    if (resOpFailedEvent) this.end(resOpFailedEvent.metadata, "failed");
    if (diagnosticEvent?.severity === "warning") this.print(`warning: ${textOf(diagnosticEvent)}`);
    if (diagnosticEvent?.severity === "error") this.fail(diagnosticEvent);
  };

  private fail(said: Said): void {
    // The stack's own line says only that something failed.
    if (/^(update|preview|destroy|refresh) failed$/.test(said.message.trim())) return;
    this.errors.push(textOf(said));
  }

  private start(step: Step): void {
    const [starting] = words[step.op] ?? [];
    if (starting === undefined || !isCustom(step)) return;
    this.started.set(`${step.op} ${step.urn}`, Date.now());
    this.print(`${starting} ${nameOf(step.urn)}`);
  }

  private end(step: Step, result: "done" | "failed"): void {
    const [starting, finished] = words[step.op] ?? [];
    const start = this.started.get(`${step.op} ${step.urn}`);
    if (start === undefined || starting === undefined || finished === undefined) return;
    const ended = Date.now();
    const seconds = ((ended - start) / 1000).toFixed(1);
    const outcome = result === "done" ? finished : `failed ${starting}`;
    const name = nameOf(step.urn);
    this.print(`${outcome} ${name} (${seconds} s)`);
    if (result === "failed") return;
    this.onDone({ name, type: typeOf(step.urn), op: step.op, began: start, ended });
  }
}

interface Said {
  readonly urn?: string;
  readonly message: string;
}

function textOf({ urn = "", message }: Said): string {
  const name = nameOf(urn);
  return name === "" ? message.trim() : `${name}: ${message.trim()}`;
}

interface Step {
  readonly op: string;
  readonly urn: string;
  readonly old?: { readonly custom?: boolean };
  readonly new?: { readonly custom?: boolean };
}

function isCustom(step: Step): boolean {
  if (step.urn.includes("::pulumi:providers:")) return false;
  return step.new?.custom === true || step.old?.custom === true;
}

/** The resource's own name, the part of its URN behind the type. */
function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The resource's type, without those of its parents. */
function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}
