export { runLocally, runStep, type Connection } from "./command";
export { scriptOf } from "./script";
export type { ConnectionPlan, StepPlan } from "./step";
