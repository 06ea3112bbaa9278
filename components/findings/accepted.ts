/** A finding that somebody accepted, as an environment writes it. */
import * as z from "zod";

export const AcceptedFinding = z.strictObject({
  rule: z.string().describe("Name of the rule."),
  at: z.string().describe("Path that the finding names."),
  reason: z
    .string()
    .trim()
    .min(10)
    .describe("Reason why the finding is accepted, at least 10 characters."),
  by: z.string().trim().min(1).describe("Person or team that accepted the finding."),
});
