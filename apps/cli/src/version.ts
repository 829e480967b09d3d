import { readFileSync } from "node:fs";

/** Version from package.json, one folder above both `src/` and `dist/`. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}

export async function versionLine(): Promise<string> {
  const { buildHere } = await import("./device.ts");
  const build = await buildHere().catch((error: Error) => error.message);
  return `lorank ${packageVersion()}, Node ${process.version.slice(1)}, ${process.platform} ${process.arch}, ${build}`;
}
