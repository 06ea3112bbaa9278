export { type Bundle, bundleKey, bundleSeconds, ensureBundle } from "./bundle";
export { programsToMake, RELEASE } from "./contents";
