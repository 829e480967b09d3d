/** The platform tag of a wheel, from the native files inside it. */
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type Binary, readBinary } from "./binaries.ts";

/** Formats by Node's name of a system. */
const formats = { linux: "ELF", darwin: "Mach-O", win32: "PE" } as const;

/** What manylinux_2_28 lets a wheel take from libraries other than glibc. Source: auditwheel 6, manylinux-policy.json. */
const highest = { GLIBCXX: "3.4.24", CXXABI: "1.3.11", GCC: "7.0.0" } as const;
const systemLibraries =
  /^(lib(c|m|dl|rt|pthread)\.so\.\d|libstdc\+\+\.so\.6|libgcc_s\.so\.1|ld-linux-(x86-64|aarch64)\.so\.\d)$/;

/** Paths of the native files below a folder, and what they need. */
export function binariesIn(folder: string): Map<string, Binary> {
  const found = new Map<string, Binary>();
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const file = join(folder, path);
    const binary = statSync(file).isFile() ? readBinary(file) : undefined;
    if (binary !== undefined) found.set(path, binary);
  }
  return found;
}

/**
 * Tag of the lowest system that loads all `binaries`: `manylinux_2_28_x86_64` for `linux-x64`.
 * @throws Error where one is of another platform, or needs what manylinux does not promise.
 */
export function platformTag(platform: string, binaries: ReadonlyMap<string, Binary>): string {
  const [system, processor] = platform.split("-") as [keyof typeof formats, Binary["processor"]];
  if (binaries.size === 0) throw new Error(`${platform} must have native files, got none`);
  for (const [file, binary] of binaries)
    if (binary.format !== formats[system] || binary.processor !== processor)
      throw new Error(`${file} must be for ${platform}, got ${binary.format}, ${binary.processor}`);
  if (system === "win32") return processor === "x64" ? "win_amd64" : "win_arm64";
  const each = [...binaries.values()];
  if (system === "darwin") {
    const [major = "0", minor = "0"] = last(each.map(({ macos }) => macos ?? "11.0")).split(".");
    // From 11 on, pip knows macOS by its first number alone: the next one where a file needs more than its start.
    return `macosx_${Number(major) + (minor === "0" ? 0 : 1)}_0_${processor}`;
  }
  return `manylinux_${glibc(binaries).replace(".", "_")}_${processor === "x64" ? "x86_64" : "aarch64"}`;
}

/** Lowest glibc that has all symbols: `2.28`. */
function glibc(binaries: ReadonlyMap<string, Binary>): string {
  const names = [...binaries.keys()].map((file) => basename(file));
  const versions: string[] = ["2.17"];
  for (const [file, { symbols, libraries }] of binaries) {
    const foreign = libraries.filter((name) => !systemLibraries.test(name) && !names.includes(name));
    if (foreign.length > 0)
      throw new Error(`${file} must need only system libraries, got ${foreign.join(", ")}`);
    for (const symbol of symbols) {
      const [, library = "", version = ""] = /^([A-Z]+)_([\d.]+)$/.exec(symbol) ?? [];
      if (library === "GLIBC") versions.push(version);
      const most = highest[library as keyof typeof highest];
      if (most !== undefined && last([most, version]) !== most)
        throw new Error(`${file} must need at most ${library}_${most}, got ${symbol}`);
    }
  }
  return last(versions);
}

/** The highest of versions such as `2.28` or `3.4.22`. */
function last(versions: readonly string[]): string {
  return versions.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1)!;
}
