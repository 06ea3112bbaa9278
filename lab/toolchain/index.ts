export { cached, cachedPath, cacheHome, keyOf, recipeTexts } from "./cache";
export { ensureHostPackages, type Purpose } from "./host-packages";
export { run } from "./process";
export { note, phase, printProgressWith } from "./progress";
export { PAUSE_VERSION, TOOL_GROUPS } from "./table";
export { ensureTool, toolKey, toolSeconds } from "./tool";
