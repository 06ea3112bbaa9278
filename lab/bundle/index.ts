export { type Bundle, bundleKey, bundleSeconds, ensureBundle } from "./bundle";
export { programNames, RELEASE } from "./contents";
