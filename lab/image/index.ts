export { image } from "./image";
export { tree } from "./tree";
export type { Made } from "./recipe";
