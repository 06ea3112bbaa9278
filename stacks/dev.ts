/** Development: machines on this computer, nothing to lose. */
import { risksAccepted, type StackDeclaration } from "./rules";

export const dev: StackDeclaration = { protect: false, rules: [risksAccepted] };
