/** What an environment says about how its hosts are reached. */
import * as z from "zod";

export const SshConfig = z.strictObject({
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, "expected a login name")
    .default("nordmesh")
    .describe("Login user, who must be allowed to run sudo without a password."),
  authorizedKeys: z
    .array(
      z
        .string()
        .regex(
          /^(ssh-ed25519|ecdsa-sha2-nistp256|sk-ssh-ed25519@openssh\.com) [A-Za-z0-9+/=]+( [^\n\r]*)?$/,
          "expected one line of an authorized_keys file",
        ),
    )
    .default([])
    .describe(
      "Public SSH keys of operators, each a line of authorized_keys; the stack adds them to machines that it creates.",
    ),
  connectAttempts: z
    .number()
    .int()
    .min(1)
    .max(500)
    .default(20)
    .describe("Number of connection attempts before a host counts as unreachable."),
});
