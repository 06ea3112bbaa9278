export { cached, cachedPath, cacheHome, keyOf, recipeTexts } from "./cache";
export { answered, download, NotServed, refusal, whyUnreachable } from "./download";
export { moduleDirectory } from "./module";
export { ensureHostPackages, type Purpose } from "./host-packages";
export { run } from "./process";
export { note, phase, printProgressWith } from "./progress";
export { FRR_RELEASE } from "./service-groups";
export {
  FLANNEL_CNI_RELEASE,
  ISTIO_HUB,
  ISTIO_RELEASE,
  PAUSE_VERSION,
  TOOL_GROUPS,
  versionOf,
} from "./table";
export { ensureTool, isCached, toolKey, toolSeconds } from "./tool";
