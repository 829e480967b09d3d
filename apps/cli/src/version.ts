import { readFileSync } from "node:fs";

/** Version from package.json, one folder above both `src/` and `dist/`. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}

export function isForVersion([first = ""]: readonly string[]): boolean {
  return ["-v", "--version", "version"].includes(first);
}
