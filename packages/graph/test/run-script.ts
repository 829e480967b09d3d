import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { halfDriver, softwareDriver } from "../../../scripts/software-driver.ts";

export interface ScriptEnd {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a TypeScript file of this folder in a process of its own, on the software driver or on no driver at all. */
export function runScript(
  file: string,
  driver: "software" | "half" | "none",
  args: readonly string[] = [],
  nodeFlags: readonly string[] = [],
): ScriptEnd {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const flags = ["--conditions=@lorank/source", ...nodeFlags, "--import", "tsx", script, ...args];
  const none = { VK_ICD_FILENAMES: "/nonexistent", VK_DRIVER_FILES: "/nonexistent" };
  const env = { ...process.env, ...{ software: softwareDriver, half: halfDriver, none }[driver] };
  const { status, stdout, stderr } = spawnSync(process.execPath, flags, { env, encoding: "utf8" });
  return { status, stdout, stderr };
}
