/** Files of TypeScript that say in types what the schemas say. */
import { configuredSecrets } from "../../components/addons/configured-secrets";
import { LinkerdConfig } from "../../components/linkerd/config";
import { IstioConfig, PoliciesConfig } from "../../components/mesh/config";
import { writeSchema } from "../../components/config/json-schema";
import { StackConfig } from "../../components/environment/config";
import { LocalStorageConfig } from "../../components/storage/config";
import { flatten } from "./flatten";
import { renderFile, type Flavour } from "./render";
import { mentionsOf, shapesOf, type Declarations, type Shape } from "./shapes";

interface FileOfShapes {
  readonly file: string;
  /** What it begins with; it has all that these mention too, except what an earlier file has. */
  readonly shapes: readonly string[];
}

const argsFiles: readonly FileOfShapes[] = [
  { file: "components/host/tuning-args.ts", shapes: ["Kernel", "Preflight"] },
  { file: "components/host/args.ts", shapes: ["HostConfig"] },
  { file: "components/host/access-args.ts", shapes: ["Artifacts", "Ssh"] },
  { file: "components/kubernetes/args.ts", shapes: ["Kubernetes"] },
  { file: "components/mesh/gateway-args.ts", shapes: ["Gateway"] },
  { file: "components/mesh/install-args.ts", shapes: ["IstioConfig"] },
  { file: "components/mesh/traffic-args.ts", shapes: ["Service"] },
  { file: "components/mesh/policy-args.ts", shapes: ["PoliciesConfig"] },
  { file: "components/linkerd/args.ts", shapes: ["LinkerdInstall"] },
  { file: "components/environment/mesh-args.ts", shapes: ["Mesh"] },
  { file: "components/addons/args.ts", shapes: ["AddonsConfig", "LoadBalancerConfig"] },
  { file: "components/addons/secrets-args.ts", shapes: ["ConfiguredSecrets"] },
  { file: "components/storage/args.ts", shapes: ["StorageConfig", "LocalStorageConfig"] },
  { file: "components/environment/args.ts", shapes: ["StackConfig"] },
];

const packageFiles: readonly FileOfShapes[] = [
  { file: "package/config/host.ts", shapes: ["HostConfig"] },
  { file: "package/config/kubernetes.ts", shapes: ["Kubernetes"] },
  { file: "package/config/istio.ts", shapes: ["IstioConfig"] },
  { file: "package/config/traffic.ts", shapes: ["Service"] },
  { file: "package/config/policies.ts", shapes: ["PoliciesConfig"] },
  { file: "package/config/linkerd.ts", shapes: ["LinkerdInstall"] },
  { file: "package/config/addons.ts", shapes: ["AddonsConfig", "LoadBalancerConfig"] },
  { file: "package/config/secrets.ts", shapes: ["ConfiguredSecrets"] },
  { file: "package/config/storage.ts", shapes: ["StorageConfig", "LocalStorageConfig"] },
  { file: "package/config/mesh-traffic.ts", shapes: ["AnyService"] },
  { file: "package/config/mesh.ts", shapes: ["Mesh"] },
  { file: "package/config/environment.ts", shapes: ["StackConfig"] },
];

const roots = [
  {
    path: "mesh",
    name: { name: "IstioConfig", summary: "How Istio is installed." },
    config: IstioConfig,
  },
  {
    path: "mesh",
    name: { name: "PoliciesConfig", summary: "What is declared to an installed Istio." },
    config: PoliciesConfig,
  },
  {
    path: "mesh(linkerd)",
    name: { name: "LinkerdInstall", summary: "How Linkerd is installed, and what it is told." },
    config: LinkerdConfig,
  },
  {
    path: "storage",
    name: { name: "LocalStorageConfig", summary: "Local volumes of a cluster's nodes." },
    config: LocalStorageConfig,
  },
  {
    path: "",
    name: { name: "StackConfig", summary: "Everything one environment declares." },
    config: StackConfig,
  },
];

const forPrograms: Flavour = {
  nameOf: (shape) => `${shape}Args`,
  strict: true,
  anything: "unknown",
  defaultIs: "@default",
};

/** Languages end the name of an argument's type by Args themselves, as they do of a class's arguments. */
const forAnalyzer: Flavour = {
  nameOf: (shape) => shape,
  strict: false,
  anything: "any",
  defaultIs: "Default:",
};

/** Text by path: arguments for programs, and for Pulumi's analyzer. */
export function renderArgs(): Readonly<Record<string, string>> {
  const declared = declaredShapes();
  return {
    ...renderFiles({ declared, files: argsFiles, flavour: forPrograms }),
    ...renderFiles({ declared: flatten(declared), files: packageFiles, flavour: forAnalyzer }),
  };
}

function declaredShapes(): Declarations {
  const declared = shapesOf(
    roots.map(({ config, ...root }) => ({ ...root, schema: writeSchema(config, { hidden: [] }) })),
  );
  return new Map([...declared, ["ConfiguredSecrets", secretsShape]]);
}

/** Not a part of the configuration: they may come from other resources. */
const secretsShape: Shape = {
  kind: "shape",
  name: "ConfiguredSecrets",
  summary: "Secrets that only an operator knows.",
  parents: [],
  fields: Object.entries(configuredSecrets).map(([name, what]) => ({
    name,
    type: { kind: "text" },
    required: false,
    late: true,
    text: `${what}.`,
    default: undefined,
  })),
};

function renderFiles(args: {
  readonly declared: Declarations;
  readonly files: readonly FileOfShapes[];
  readonly flavour: Flavour;
}): Readonly<Record<string, string>> {
  const { declared, files, flavour } = args;
  const fileOf = new Map<string, string>();
  for (const { file, shapes } of files) {
    for (const name of shapes.flatMap((shape) => reachable(declared, shape))) {
      if (!fileOf.has(name)) fileOf.set(name, file);
    }
  }
  return Object.fromEntries(
    files.map(({ file }) => {
      const names = [...fileOf.keys()].filter((name) => fileOf.get(name) === file);
      const declarations = names.flatMap((name) => declared.get(name) ?? []);
      return [file, renderFile({ file, declarations, fileOf, flavour })];
    }),
  );
}

/** The shape and all it mentions, each before what it mentions. */
function reachable(declared: Declarations, name: string): readonly string[] {
  const declaration = declared.get(name);
  if (declaration === undefined) throw new Error(`no schema declares ${name}`);
  return [name, ...mentionsOf(declaration).flatMap((one) => reachable(declared, one))];
}
