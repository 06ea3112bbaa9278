export { cached, cachedPath, cacheHome, keyOf, recipeTexts } from "./cache";
export { moduleDirectory } from "./module";
export { ensureHostPackages, type Purpose } from "./host-packages";
export { run } from "./process";
export { note, phase, printProgressWith } from "./progress";
export { ISTIO_HUB, ISTIO_RELEASE, PAUSE_VERSION, TOOL_GROUPS } from "./table";
export { ensureTool, toolKey, toolSeconds } from "./tool";
