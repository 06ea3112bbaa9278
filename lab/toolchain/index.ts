export { cached, cacheHome, keyOf, recipeTexts } from "./cache";
export { ensureHostPackages } from "./host-packages";
export { run } from "./process";
export { phase, printProgressWith } from "./progress";
export { PAUSE_VERSION, TOOL_GROUPS } from "./table";
export { ensureTool, isToolReady, toolKey } from "./tool";
