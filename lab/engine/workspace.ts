import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { dump, load } from "js-yaml";

import { agentSocket } from "./agent";

/** Where one stack of the lab keeps everything; nothing of it lies in the checkout. */
export interface Workspace {
  /** Holds the project and stack files that the CLI reads and completes. */
  readonly directory: string;
  /** The CLI's private home: credentials, plugins, logs. */
  readonly home: string;
  readonly backend: string;
  readonly passphraseFile: string;
  readonly project: string;
  readonly environment: string;
  /** What `<project>:stack` declares, or nothing. */
  readonly stack: unknown;
  /** SSH agent of the providers, or empty. */
  readonly agentSocket: string;
}

type Document = Record<string, unknown>;

/**
 * Prepares the directories and copies `Pulumi.yaml` and the environment's file into them.
 *
 * Config keys without a colon belong to the project. The copy keeps its own encryption salt.
 */
export function prepareWorkspace(request: {
  environment: string;
  stateDir: string;
  projectDir: string;
  stackFile?: string | undefined;
  config?: Readonly<Record<string, unknown>>;
  secrets?: Readonly<Record<string, string>>;
}): Workspace {
  const { environment, projectDir } = request;
  const stateDir = path.resolve(request.stateDir);
  const project = readYaml(path.join(projectDir, "Pulumi.yaml"));
  const name = typeof project["name"] === "string" ? project["name"] : "nordmesh";
  const places = {
    directory: path.join(stateDir, "work"),
    home: path.join(stateDir, "home"),
    backend: path.join(stateDir, "backend"),
    passphraseFile: path.join(stateDir, "passphrase"),
  };
  for (const directory of [places.directory, places.home, places.backend]) {
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  }
  ensurePassphrase(places.passphraseFile);
  const declared = project["config"];
  writeYaml(path.join(places.directory, "Pulumi.yaml"), {
    name,
    runtime: "nodejs",
    ...(declared === undefined ? {} : { config: declared }),
  });
  const stackFile = path.join(places.directory, `Pulumi.${environment}.yaml`);
  const source = readYaml(request.stackFile ?? path.join(projectDir, `Pulumi.${environment}.yaml`));
  const overrides = Object.entries(request.config ?? {}).map(
    ([key, value]) => [key.includes(":") ? key : `${name}:${key}`, value] as const,
  );
  const earlier = readYaml(stackFile);
  const salt = source["encryptionsalt"] ?? earlier["encryptionsalt"];
  const config: Document = {
    ...encryptedValues(earlier["config"] as Document | undefined),
    ...(source["config"] as Document | undefined),
    ...Object.fromEntries(overrides),
  };
  writeYaml(stackFile, {
    ...source,
    ...(salt === undefined ? {} : { encryptionsalt: salt }),
    config,
  });
  const stack = config[`${name}:stack`];
  const keys = Object.keys({ ...config, ...request.secrets });
  const keyGiven = keys.some((key) => /(^|:)sshPrivateKey$/.test(key));
  const socket = agentSocket(stack, keyGiven);
  return { ...places, project: name, environment, stack, agentSocket: socket };
}

/** Values an earlier run encrypted; they are only known in this form. */
function encryptedValues(config: Document = {}): Document {
  const encrypted = Object.entries(config).filter(
    ([, value]) => typeof value === "object" && value !== null && "secure" in value,
  );
  return Object.fromEntries(encrypted);
}

function ensurePassphrase(file: string): void {
  if (fs.existsSync(file)) return;
  const passphrase = crypto.randomBytes(24).toString("base64url");
  // Written aside and renamed: a run that is killed here must not leave an empty passphrase.
  fs.writeFileSync(`${file}.new`, passphrase, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

function readYaml(file: string): Document {
  if (!fs.existsSync(file)) return {};
  const document = load(fs.readFileSync(file, "utf8"));
  return typeof document === "object" && document !== null ? (document as Document) : {};
}

function writeYaml(file: string, document: Document): void {
  fs.writeFileSync(file, dump(document, { noRefs: true, lineWidth: -1 }), { mode: 0o600 });
}
