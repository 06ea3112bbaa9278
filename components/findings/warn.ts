/** Tells what is likely to hurt in a program that has no guard rails to refuse it. */
import * as pulumi from "@pulumi/pulumi";
import type { Judgement } from "./finding";

export function warnOf(resource: pulumi.Resource, { findings }: Judgement): void {
  for (const { rule, at, value, consequence, safe } of findings) {
    void pulumi.log.warn(`args.${at}: ${value} ${consequence}; ${safe} (${rule})`, resource);
  }
}
