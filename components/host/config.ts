/** What an environment says about a host. */
import * as z from "zod";

export { HostConfig } from "./machines";
export { KernelConfig } from "./kernel-config";

export const HostName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "expected a DNS label in lower case");
