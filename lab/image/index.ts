export { ensureImage, imageKey, imageSeconds } from "./image";
