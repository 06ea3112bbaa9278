/** Makes the roots of trust of a mesh once and keeps them in the state of the stack. */
import { randomBytes, X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type * as authority from "./authority";
import type { Authority } from "./authority";
import {
  checkRotation,
  declaredTrust,
  trustSecrets,
  type DeclaredTrust,
  type TrustPlan,
  type TrustSecret,
} from "./plan";

export interface KeptTrust {
  /** Values by the names of `trustSecrets`. */
  readonly secrets: Readonly<Record<TrustSecret, pulumi.Output<string>>>;
  /** Common names of all roots, parted by blanks; not secret. */
  readonly rootNames: pulumi.Output<string>;
  /** Common name of the root that signs; not secret. */
  readonly signerName: pulumi.Output<string>;
}

/** Fails the preview and the run where an edit would part workloads that trust each other. */
export function keepTrust(args: {
  readonly plan: TrustPlan;
  /** What the names of the resources of this program's cluster begin with. */
  readonly programPrefix: string;
  readonly parent: pulumi.Resource;
  /** Path of the section in messages. */
  readonly path: string;
}): KeptTrust {
  const { plan, parent, path } = args;
  const prefix = `${args.programPrefix}${plan.prefix}`;
  const checked = keepDeclared(`${prefix}-trust`, { plan, parent, path });
  const opts = { parent, dependsOn: [checked] };
  const { organization, signedBy } = plan;
  const { makeRoot, makeIssuer } = loadAuthority();
  const roots = new Map(
    plan.roots.map((name) => {
      // Another root of this name, in another state, must not be taken for this one.
      const subject = { name: `${name}-${randomBytes(4).toString("hex")}`, organization };
      const made = pulumi.output(makeRoot(subject, new Date()));
      return [name, stash(`${prefix}-root-${name}`, made, opts)];
    }),
  );
  const signer = roots.get(signedBy);
  if (signer === undefined) throw new Error(`no root ${signedBy} signs`);
  const made = signer.apply((root) =>
    makeIssuer({ name: plan.issuer, organization }, root, new Date()),
  );
  const issuer = stash(`${prefix}-issuer-${signedBy}`, made, opts);
  const certificates = pulumi.all([...roots.values()].map(certificateOf));
  return {
    secrets: {
      [trustSecrets.roots]: certificates.apply((all) => all.join("")),
      [trustSecrets.issuerCertificate]: certificateOf(issuer),
      [trustSecrets.issuerKey]: issuer.apply(({ key }) => key),
    },
    rootNames: certificates.apply((all) => all.map(commonName).join(" ")),
    signerName: certificateOf(signer).apply(commonName),
  };
}

/** The first value for ever: what each later run makes anew is thrown away. */
export function stash<Value>(
  name: string,
  made: pulumi.Output<Value>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<Value> {
  const kept = new pulumi.Stash(
    name,
    { input: pulumi.secret(made) },
    { ...opts, ignoreChanges: ["input"], additionalSecretOutputs: ["output"] },
  );
  return pulumi.secret(kept.output as pulumi.Output<Value>) as pulumi.Output<Value>;
}

/** Its library takes a tenth of a second to load, which programs without roots need not wait for. */
export function loadAuthority(): typeof authority {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require("./authority") as typeof authority;
}

function commonName(certificate: string): string {
  const { subject } = new X509Certificate(certificate);
  return /^CN=(.*)$/m.exec(subject)?.[1] ?? "";
}

function certificateOf(authority: pulumi.Output<Authority>): pulumi.Output<string> {
  return pulumi.unsecret(authority.apply(({ certificate }) => certificate));
}

function keepDeclared(
  name: string,
  args: { readonly plan: TrustPlan; readonly parent: pulumi.Resource; readonly path: string },
): pulumi.Resource {
  const { plan, parent, path } = args;
  const check = new pulumi.ResourceHook(
    name,
    ({ oldInputs, newInputs }) => {
      const old = (oldInputs as Kept | undefined)?.input;
      const declared = (newInputs as Kept | undefined)?.input;
      if (old === undefined || declared === undefined) return;
      const problems = checkRotation({ old, declared, path });
      if (problems.length > 0) throw new Error(problems.join("\n"));
    },
    { onDryRun: true },
  );
  const input = declaredTrust(plan);
  return new pulumi.Stash(name, { input }, { parent, hooks: { beforeUpdate: [check] } });
}

interface Kept {
  readonly input?: DeclaredTrust;
}
