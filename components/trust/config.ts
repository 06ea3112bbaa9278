/** Which roots of trust a stack makes for a mesh, and which of them signs. */
import * as z from "zod";

const rootName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, 'expected a name in lower case, such as "2026"');

export const TrustConfig = z
  .strictObject({
    roots: z
      .array(rootName)
      .min(1)
      .describe(
        "Permanent names of root certificates that every proxy trusts, such as the year. The stack makes each once, valid for ten years, and keeps its key in the state as a secret.",
      ),
    signedBy: rootName.describe(
      "The root whose intermediate signs the certificates of workloads. Change it only in a run after the one that declared the root.",
    ),
  })
  .superRefine(({ roots, signedBy }, context) => {
    for (const [index, name] of roots.entries()) {
      if (roots.indexOf(name) === index) continue;
      context.addIssue({
        code: "custom",
        path: ["roots", index],
        message: "expected each root once",
        input: name,
      });
    }
    if (roots.includes(signedBy)) return;
    context.addIssue({
      code: "custom",
      path: ["signedBy"],
      message: `expected one of the roots beside it: ${roots.join(", ")}`,
      input: signedBy,
    });
  });
export type TrustConfig = z.output<typeof TrustConfig>;
