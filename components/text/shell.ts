/** Quotes one word for POSIX shells: the result reads back as exactly `word`. NUL is refused. */
export function quote(word: string): string {
  if (word.includes("\0")) throw new Error("a shell word cannot hold a NUL byte");
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Puts `NAME='value'` lines, sorted by name, in front of a script. */
export function withVariables(script: string, variables: Readonly<Record<string, string>>): string {
  const assignments = Object.keys(variables)
    .sort()
    .map((name) => `${name}=${quote(variables[name] ?? "")}`);
  return [...assignments, script].join("\n");
}
