/** Disks for the scripts of a host: loop devices of this computer. */
import * as assert from "node:assert/strict";
import { truncateSync } from "node:fs";
import type { HostFolder } from "./host-folder";
import { run } from "./programs";

export const GiB = 2 ** 30;

/** Disks in sparse files of a host's folder. */
export class Disks {
  private readonly files = new Map<string, string>();
  private count = 0;

  constructor(private readonly host: HostFolder) {}

  add(sizeGiB: number): string {
    this.count += 1;
    const file = this.host.at(`/disk-${this.count}`);
    this.host.write(`/disk-${this.count}`, "");
    truncateSync(file, sizeGiB * GiB);
    return this.attach(file);
  }

  /** The same disk by another name. */
  rename(device: string): string {
    const file = this.files.get(device) ?? "";
    // What it was called is taken by another disk meanwhile.
    const second = this.attach(file);
    run(["losetup", "-d", device]);
    this.files.delete(device);
    return second;
  }

  detach(device: string): void {
    run(["losetup", "-d", device]);
    this.files.delete(device);
  }

  digest(device: string): string {
    return run(["sh", "-c", `head -c 8M ${device} | sha256sum`]).output;
  }

  remove(): void {
    run([
      "sh",
      "-c",
      `grep -F ${this.host.path} /proc/mounts | cut -d' ' -f2 | sort -r | xargs -r -n1 umount`,
    ]);
    for (const device of this.files.keys()) run(["losetup", "-d", device]);
    this.files.clear();
  }

  private attach(file: string): string {
    const done = run(["losetup", "--find", "--show", file]);
    assert.equal(done.status, 0, done.output);
    const device = done.output.trim();
    this.files.set(device, file);
    return device;
  }
}
