export { ClusterObjects, clusterProvider, type ClusterObjectsArgs, type RunGate } from "./objects";
export type * from "./step";
