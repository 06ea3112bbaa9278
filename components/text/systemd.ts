/** Directives of one section; a list repeats the directive. */
export type UnitSection = Readonly<Record<string, string | readonly string[]>>;

/** Renders a systemd unit file, sections and directives in the order given. */
export function renderUnit(unit: Readonly<Record<string, UnitSection>>): string {
  const sections = Object.entries(unit).map(([name, section]) => {
    const rows = Object.entries(section).flatMap(([directive, value]) =>
      (typeof value === "string" ? [value] : value).map((one) => `${directive}=${one}`),
    );
    return [`[${name}]`, ...rows, ""].join("\n");
  });
  return sections.join("\n");
}
