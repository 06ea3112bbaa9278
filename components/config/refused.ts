/** Keys that are there only to be refused with a reason. */
import * as z from "zod";

/** A key that belongs elsewhere: refused with the reason instead of "unknown key". */
export function refused(reason: string) {
  return z
    .unknown()
    .optional()
    .refine((value) => value === undefined, reason)
    .describe(`Refused: ${reason}.`)
    .meta({ refused: true });
}
