import { madeBy } from "./recipe";

/**
 * Directory of the guest image: `disk.raw` (one ext4 file system without partitions), `vmlinuz`, `initrd.img`.
 * Debian with what a cloud image has, no Kubernetes, no container runtime, no keys and no passwords.
 */
export const image = madeBy({
  name: "image",
  title: "guest image",
  seconds: 100,
  packages: "packages.txt",
  script: "build-image.sh",
  files: ["files"],
  variables: { DISK_SIZE: "4G" },
});
