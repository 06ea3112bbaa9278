export { ensureImage, imageKey, imageSeconds } from "./image";
export { ensureTree, treeKey, treeSeconds } from "./tree";
