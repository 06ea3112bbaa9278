/**
 * Digests of images as their registries have them, where two independent collections agree.
 *
 * Other images are what the registry, over TLS, says is under their tag.
 */
export const IMAGE_DIGESTS: Readonly<Record<string, string>> = {
  "docker.io/fortio/fortio:1.75.3":
    "sha256:942c86131c24ee9bd4a7754610be417ac1b9fe2f11d1860620a9f6932ceb712f",
  "registry.k8s.io/coredns/coredns:v1.14.2":
    "sha256:e7e6440cfd1e919280958f5b5a6ab2b184d385bba774c12ad2a9e1e4183f90d9",
  "registry.k8s.io/etcd:3.6.8-0":
    "sha256:397189418d1a00e500c0605ad18d1baf3b541a1004d768448c367e48071622e5",
  "registry.k8s.io/pause:3.10.2":
    "sha256:f548e0e8e3dc1896ca956272154dde3314e8cc4fde0a57577ee9fa1c63f5baf4",
};
