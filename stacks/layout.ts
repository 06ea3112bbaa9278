/** How descriptions are laid out. */

export function section(title: string, content: string): string {
  return `${title}\n${"=".repeat(title.length)}\n${content}`;
}

export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("");
}

export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
