export { type Bundle, bundleKey, bundleSeconds, ensureBundle, setsOf } from "./bundle";
export { programsToMake } from "./contents";
export { setsWith } from "./images";
