/** The libvirt domain of a machine on a hypervisor. */
export function renderDomain(args: {
  readonly name: string;
  readonly mac: string;
  readonly virtualCpus: number;
  readonly memoryMiB: number;
  readonly hypervisor: { readonly bridge: string; readonly pool: string };
}): string {
  const { name, hypervisor } = args;
  const disk = (file: string, target: string, rest: string[]): string[] => [
    `    <disk type="file" device="${file.endsWith(".iso") ? "cdrom" : "disk"}">`,
    ...rest,
    `      <source file="${hypervisor.pool}/${file}"/>`,
    `      <target dev="${target}" bus="${file.endsWith(".iso") ? "sata" : "virtio"}"/>`,
    "    </disk>",
  ];
  return [
    '<domain type="kvm">',
    `  <name>${name}</name>`,
    `  <memory unit="MiB">${args.memoryMiB}</memory>`,
    `  <vcpu placement="static">${args.virtualCpus}</vcpu>`,
    '  <os><type arch="x86_64" machine="q35">hvm</type></os>',
    "  <features><acpi/><apic/></features>",
    '  <cpu mode="host-passthrough" migratable="off"/>',
    '  <clock offset="utc"/>',
    "  <on_reboot>restart</on_reboot>",
    "  <on_crash>restart</on_crash>",
    "  <devices>",
    ...disk(`${name}.qcow2`, "vda", [
      '      <driver name="qemu" type="qcow2" cache="none" io="native" discard="unmap"/>',
    ]),
    ...disk(`${name}-seed.iso`, "sda", ["      <readonly/>"]),
    '    <interface type="bridge">',
    `      <mac address="${args.mac}"/>`,
    `      <source bridge="${hypervisor.bridge}"/>`,
    '      <model type="virtio"/>',
    "    </interface>",
    '    <serial type="pty"/>',
    '    <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>',
    "  </devices>",
    "</domain>",
    "",
  ].join("\n");
}
