import * as fs from "node:fs";
import { capture, run } from "./process";

/** Debian packages each part of the lab needs on this machine. */
const PACKAGES = {
  compiler: ["gcc", "libc6-dev", "libseccomp-dev"],
  image: ["debian-archive-keyring", "e2fsprogs", "mmdebstrap"],
  containers: ["iproute2", "systemd-container", "util-linux"],
  bundle: ["e2fsprogs"],
  imageTree: ["debian-archive-keyring", "mmdebstrap"],
  test: ["haproxy", "openssl", "python3-yaml", "shellcheck"],
  machine: ["genisoimage", "openssh-client", "qemu-system-x86", "qemu-utils"],
} as const;

export type Purpose = keyof typeof PACKAGES;

/** Installs what is missing when that is possible here, else says what to install. */
export async function ensureHostPackages({ purpose }: { purpose: Purpose }): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(`the lab runs on Linux on x86-64, this is ${process.platform} ${process.arch}`);
  }
  const wanted = PACKAGES[purpose];
  const missing: string[] = [];
  for (const name of wanted) if (!(await isInstalled(name))) missing.push(name);
  if (missing.length === 0) return;
  const names = missing.join(" ");
  if (!fs.existsSync("/usr/bin/apt-get")) {
    throw new Error(`the lab needs what Debian calls ${names}: install their equivalents`);
  }
  if (process.getuid?.() !== 0) {
    throw new Error(`missing packages: run 'sudo apt-get install ${names}' and try again`);
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  // A fresh machine may be installing updates of its own.
  const wait = ["-o", "DPkg::Lock::Timeout=600"];
  const args = [...wait, "install", "-y", "--no-install-recommends", ...missing];
  try {
    await run({ command: "apt-get", args, env, log: `apt-${purpose}` });
  } catch {
    await run({ command: "apt-get", args: ["update"], env, log: "apt-update" });
    await run({ command: "apt-get", args, env, log: `apt-${purpose}` });
  }
}

async function isInstalled(name: string): Promise<boolean> {
  const probe = PROGRAMS[name];
  if (!fs.existsSync("/usr/bin/dpkg-query")) {
    return (
      probe !== undefined && (await capture({ command: "which", args: [probe] })) !== undefined
    );
  }
  const status = await capture({ command: "dpkg-query", args: ["-Wf", "${Status}", name] });
  return status === "install ok installed";
}

/** Stands for its package where there is no dpkg to ask. */
const PROGRAMS: Readonly<Record<string, string>> = {
  e2fsprogs: "mke2fs",
  gcc: "gcc",
  genisoimage: "genisoimage",
  haproxy: "haproxy",
  iproute2: "ip",
  mmdebstrap: "mmdebstrap",
  "openssh-client": "ssh",
  openssl: "openssl",
  "qemu-system-x86": "qemu-system-x86_64",
  "qemu-utils": "qemu-img",
  shellcheck: "shellcheck",
  "systemd-container": "systemd-nspawn",
  "util-linux": "unshare",
};
