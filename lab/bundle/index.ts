export { type Bundle, bundleKey, bundleSeconds, ensureBundle, setsOf } from "./bundle";
export { programsToMake, RELEASE } from "./contents";
export { setsWith } from "./images";
