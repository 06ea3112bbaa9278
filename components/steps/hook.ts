/** Hooks that several components of one program share. */
import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";

const hooks = new Map<string, { readonly run: unknown; readonly hook: pulumi.ErrorHook }>();

/** The hook of this name of this run: the engine refuses a second one that is called so. */
export function sharedErrorHook(
  name: string,
  callback: pulumi.ErrorHookFunction,
): pulumi.ErrorHook {
  const run = pulumi.runtime.getStackResource();
  const known = hooks.get(name);
  if (known !== undefined && known.run === run) return known.hook;
  // The engine calls back outside of the run's own context, where its log cannot be found.
  const hook = new pulumi.ErrorHook(name, AsyncResource.bind(callback));
  hooks.set(name, { run, hook });
  return hook;
}
