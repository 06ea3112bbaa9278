/** A host that belongs to no cluster of its program: what is said about it, and the plan of it. */
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { parseConfig } from "../config/parse";
import { releaseNames, releases } from "../releases/releases";
import type { ArtifactsArgs, SshArgs } from "./access-args";
import type { HostConfigArgs } from "./args";
import { ArtifactsConfig } from "./artifacts-config";
import { checkHost } from "./checks";
import { HostConfig } from "./config";
import { preflightStep } from "./fleet";
import type { PlannedHost } from "./host";
import { plainHosts } from "./late-hosts";
import { planHost } from "./plan";
import { shutdownGraceSeconds } from "./services";
import { SshConfig } from "./ssh-config";
import { readSshKey } from "./ssh-key";

export interface HostArgs {
  /** Source, role and tuning of the host. */
  readonly host: HostConfigArgs;
  /** Release set; it pins every version and checksum. */
  readonly release: (typeof releaseNames)[number];
  /** Where the host gets programs and images. @default - each is downloaded from its vendor */
  readonly artifacts?: ArtifactsArgs | undefined;
  /** How the host is reached over SSH. */
  readonly ssh?: SshArgs | undefined;
  /** Settings that the host's kubelet will have; preflight checks accordingly. */
  readonly kubelet?: KubeletRefusals | undefined;
  /** Operator's private SSH key in OpenSSH format. @default - the key of the SSH agent, or a generated one for created machines */
  readonly privateKey?: pulumi.Input<string> | undefined;
}

export interface KubeletRefusals {
  /** True: a host with cgroup v1 is refused. @default true */
  readonly failCgroupV1?: boolean | undefined;
  /** True: a host with swap is refused. @default true */
  readonly failSwapOn?: boolean | undefined;
}

const Schema = z.strictObject({
  host: HostConfig,
  release: z.enum(releaseNames),
  artifacts: ArtifactsConfig.default({ source: "internet" }),
  ssh: SshConfig.prefault({}),
  kubelet: z
    .strictObject({
      failCgroupV1: z.boolean().default(true),
      failSwapOn: z.boolean().default(true),
    })
    .prefault({}),
});

/** @throws ConfigError with one line a problem, by path below `args`. */
export function planAlone(name: string, args: HostArgs): PlannedHost {
  const { privateKey, host, ...rest } = args;
  const { hosts, addresses, hostKeys } = plainHosts({ [name]: host });
  const raw = { ...rest, host: (hosts as Readonly<Record<string, unknown>>)[name] };
  const config = parseConfig({ schema: Schema, raw, root: "args", check: checkAlone });
  const release = releases[config.release];
  const { artifacts, ssh, kubelet } = config;
  const plan = planHost({
    name,
    resource: name,
    config: config.host,
    context: {
      clusterId: `nordmesh/${name}`,
      release,
      artifacts,
      sshUser: ssh.user,
      authorizedKeys: ssh.authorizedKeys,
      connectAttempts: ssh.connectAttempts,
      imageRepository:
        artifacts.source === "mirror" ? artifacts.imageRepository : "registry.k8s.io",
      accepts: { cgroupV1: !kubelet.failCgroupV1, swap: !kubelet.failSwapOn },
      imageSets: [],
      network: { ports: [], leaves: { cniFiles: [] } },
      shutdownSeconds: shutdownGraceSeconds,
      gates: [preflightStep(name)],
    },
  });
  const sshKey = privateKey === undefined ? undefined : pulumi.output(privateKey).apply(readSshKey);
  return { plan, addresses, hostKey: hostKeys[name], sshKey, gates: {} };
}

function checkAlone(raw: unknown): readonly string[] {
  const host = HostConfig.safeParse((raw as { readonly host?: unknown }).host);
  if (!host.success) return [];
  return checkHost(host.data).map(({ field, text }) => `stack.host.${field}: ${text}`);
}
