import type { FinalState } from "./final-state";

/** The final state of a run that nobody disturbed, for a later test file of the same process. */
export const undisturbed: { state?: FinalState } = {};
