/** What goes into a running cluster, as plain data in the order it goes there. */

export type Json = string | number | boolean | null | JsonList | JsonObject;
export type JsonList = readonly Json[];
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One Kubernetes object as it is sent to the API server. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** Absent for what belongs to the whole cluster. */
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: JsonObject;
  readonly data?: Readonly<Record<string, string>>;
  /** Of a Secret only. */
  readonly type?: string;
}

/** What a step is called, what it does and what it waits for. */
export interface StepHead {
  /** Resource name; permanent. */
  readonly name: string;
  /** What happens, for the reader of a plan. */
  readonly title: string;
  /** Names of the steps it waits for; a chart counts as done when its workloads are ready. */
  readonly after: readonly string[];
}

/** A Helm chart, rendered by the provider; each of its objects is a resource of the stack. */
export interface ChartStep extends StepHead {
  readonly kind: "chart";
  /** Directory, archive, `oci://` reference, or a name in `repository`. */
  readonly chart: string;
  readonly repository?: string;
  /** Absent for a directory, which has one version. */
  readonly version?: string;
  /** Helm release name. */
  readonly release: string;
  readonly namespace: string;
  readonly values: JsonObject;
}

/** A file of manifests, by path or URL. */
export interface FileStep extends StepHead {
  readonly kind: "file";
  readonly file: string;
}

export interface ObjectStep extends StepHead {
  readonly kind: "object";
  readonly object: KubernetesObject;
  /** Own only these fields of an object that somebody else made; let go of them on removal. */
  readonly patch?: true;
  /** The object outlives its removal from the stack. */
  readonly keep?: true;
  /** Of a Secret: key to the name of the stack's secret that becomes its value. */
  readonly secretData?: Readonly<Record<string, string>>;
}

/** Work over SSH on a control plane that proves something in the cluster; others wait for it. */
export interface GateStep extends StepHead {
  readonly kind: "gate";
  /** Shell files in the order they are joined, as `<slice>/<file>`. */
  readonly scripts: readonly string[];
  /** The step runs again when one of them changes. */
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

export type ClusterStep = ChartStep | FileStep | ObjectStep | GateStep;
