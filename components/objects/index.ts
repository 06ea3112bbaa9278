export { ClusterObjects, clusterProvider, type ClusterObjectsArgs } from "./objects";
export type * from "./step";
