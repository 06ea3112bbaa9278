export { ensureImage, imageKey } from "./image";
