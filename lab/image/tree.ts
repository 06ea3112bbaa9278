import { madeBy } from "./recipe";

/**
 * Root tree of the lab's containers: Debian with systemd, an SSH server and what a node needs.
 * Without a kernel, cloud-init, Kubernetes, keys and passwords.
 */
export const tree = madeBy({
  name: "tree",
  title: "containers' tree",
  seconds: 90,
  packages: "tree-packages.txt",
  script: "build-tree.sh",
});
