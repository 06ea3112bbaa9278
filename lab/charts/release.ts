/** Placeholders of Istio's development tree that its release tooling replaces. */
const DEVELOPMENT = {
  version: /^(version|appVersion): 1\.0\.0$/gm,
  hub: /^( *)hub: registry\.istio\.io\/testing$/gm,
  tag: /^( *)tag: latest$/gm,
} as const;

/** Text of a Chart.yaml with a release's version; throws when the placeholders are not there. */
export function releaseChart({ text, version }: { text: string; version: string }): string {
  const released = text.replaceAll(DEVELOPMENT.version, (_line, key: string) => {
    return `${key}: ${version}`;
  });
  if (released.split(`ersion: ${version}\n`).length !== 3) {
    throw new Error("Chart.yaml does not hold the development version and appVersion 1.0.0");
  }
  return released;
}

/** Text of a values.yaml with a release's image defaults; empty hubs and tags stay empty. */
export function releaseValues({ text, hub, tag }: ReleaseValuesArgs): string {
  const released = text
    .replaceAll(DEVELOPMENT.hub, (_line, indent: string) => `${indent}hub: ${hub}`)
    .replaceAll(DEVELOPMENT.tag, (_line, indent: string) => `${indent}tag: ${tag}`);
  const left = /^ *(hub|tag): (?!""$).*$/gm;
  for (const [line] of released.matchAll(left)) {
    if (line.endsWith(`: ${hub}`) || line.endsWith(`: ${tag}`)) continue;
    throw new Error(`values.yaml holds an image default that is not known: ${line.trim()}`);
  }
  return released;
}

export interface ReleaseValuesArgs {
  readonly text: string;
  readonly hub: string;
  readonly tag: string;
}

/** One YAML stream of several texts, with a separator between any two. */
export function joinDocuments(texts: readonly string[]): string {
  return texts
    .map((text) => (text.startsWith("---") ? text : `---\n${text}`))
    .map((text) => (text.endsWith("\n") ? text : `${text}\n`))
    .join("");
}
