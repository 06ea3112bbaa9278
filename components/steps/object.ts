/** What goes into a running cluster through its API, as plain data. */
import type { StepHead } from "./step";

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
  /** Of a StorageClass only, as are the next two. */
  readonly provisioner?: string;
  readonly volumeBindingMode?: "WaitForFirstConsumer";
  readonly reclaimPolicy?: "Retain";
  readonly data?: Readonly<Record<string, string>>;
  /** Of a Secret only. */
  readonly type?: string;
  /** Of a configuration of webhooks only. */
  readonly webhooks?: JsonList;
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
  /** Names of values that exist only at run time and are no secrets; `@name@` stands for one in `object`. */
  readonly late?: readonly string[];
}
