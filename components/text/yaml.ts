import { dump } from "js-yaml";

/** Serialises for YAML 1.1 readers such as cloud-init: no aliases, no folded lines. */
export function toYaml(document: object): string {
  return dump(document, { noRefs: true, lineWidth: -1 });
}

/** Serialises several documents into one stream, as kubeadm reads them. */
export function toYamlStream(documents: readonly object[]): string {
  return documents.map(toYaml).join("---\n");
}
