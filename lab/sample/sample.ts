/** The sample application as Kubernetes objects: fortio servers that echo, and ask each other. */
import type { KubernetesObject } from "../../components/steps/step";

export interface ServerArgs {
  readonly name: string;
  readonly namespace: string;
  /** Label that the Service selects. */
  readonly app: string;
  /** Label `version`; the header X-Version of every answer. */
  readonly version?: string;
  readonly replicas?: number;
  /** Whose identity it shows in a mesh. @default default */
  readonly serviceAccount?: string;
  /** Annotations of its pods. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Names its pods know besides those of DNS, by their address. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
}

const image = "docker.io/fortio/fortio:1.75.3";
export const serverPort = 8080;

/** A Deployment of fortio servers: /debug shows the request, /?status=503&delay=1s does as told. */
export function serverDeployment(args: ServerArgs): KubernetesObject {
  const { name, namespace, app, version, annotations, serviceAccount } = args;
  const hostAliases = Object.entries(args.names ?? {}).map(([ip, hostnames]) => ({
    ip,
    hostnames,
  }));
  const labels = { app, ...(version !== undefined && { version }) };
  const unused = ["redirect", "grpc", "tcp", "udp"].flatMap((port) => [
    `-${port}-port`,
    "disabled",
  ]);
  const answer =
    version === undefined ? [] : ["-echo-server-default-params", `header=X-Version:${version}`];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: args.replicas ?? 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(annotations !== undefined && { annotations }) },
        spec: {
          ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount }),
          hostAliases,
          containers: [
            {
              name: app,
              image,
              imagePullPolicy: "IfNotPresent",
              // By default it waits 1.5 s at most, whatever it is told.
              args: ["server", "-max-echo-delay", "30s", ...unused, ...answer],
              ports: [{ name: "http", containerPort: serverPort }],
              // Emulated, an answer may take seconds; each missed one would cost the API server an event.
              readinessProbe: { httpGet: { path: "/debug", port: serverPort }, timeoutSeconds: 10 },
              resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
              securityContext: {
                runAsNonRoot: true,
                runAsUser: 65532,
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                seccompProfile: { type: "RuntimeDefault" },
              },
            },
          ],
        },
      },
    },
  };
}

export function serverService(args: {
  readonly name: string;
  readonly namespace: string;
  /** Label of the pods behind it; default: its name. */
  readonly app?: string;
  readonly clusterIP?: string;
  /** @default that of the servers */
  readonly port?: number;
}): KubernetesObject {
  const { name, namespace, app = name, clusterIP, port } = args;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      ...(clusterIP !== undefined && { clusterIP }),
      selector: { app },
      ports: [
        {
          name: "http",
          port: port ?? serverPort,
          ...(port !== undefined && { targetPort: serverPort }),
          appProtocol: "http",
        },
      ],
    },
  };
}

/** A customer that asks a catalog of two versions: what `npm start` puts into its mesh. */
export function shop(namespace: string): readonly KubernetesObject[] {
  const catalog = { namespace, app: "catalog" };
  return [
    serverService({ name: "catalog", namespace }),
    serverDeployment({ ...catalog, name: "catalog-v1", version: "v1" }),
    serverDeployment({ ...catalog, name: "catalog-v2", version: "v2" }),
    serverDeployment({ name: "customer", namespace, app: "customer" }),
  ];
}

/** A client of the catalog that the mesh does not know: it has no proxy and no identity. */
export function stranger(namespace: string): KubernetesObject {
  return serverDeployment({ name: "stranger", namespace, app: "stranger" });
}

/** One workload after the other: an emulated machine cannot start several proxies at once. */
export async function startInTurn(
  objects: readonly KubernetesObject[],
  how: {
    readonly apply: (object: KubernetesObject) => void | Promise<void>;
    /** Waits until a Deployment is available. */
    readonly ready: (deployment: KubernetesObject["metadata"]) => void | Promise<void>;
    readonly say: (text: string) => void;
  },
): Promise<void> {
  for (const object of objects) {
    await how.apply(object);
    if (object.kind !== "Deployment") continue;
    await how.ready(object.metadata);
    how.say(`${object.metadata.name} runs`);
  }
}
