export { type Bundle, bundleKey, ensureBundle, programNames, RELEASE } from "./bundle";
