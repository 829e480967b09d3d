import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** False if this process certainly sees no GPU: Linux's /dev has no nvidiaN, kfd, dxg or dri/renderDN. */
export function mayHaveGpu(platform: NodeJS.Platform = process.platform, dev = "/dev"): boolean {
  if (platform !== "linux") return true;
  return (
    names(dev).some((name) => /^(nvidia\d+|kfd|dxg)$/.test(name)) ||
    names(join(dev, "dri")).some((name) => name.startsWith("renderD"))
  );
}

/** GPU model names from NVIDIA's kernel driver. */
export function nvidiaNames(folder = "/proc/driver/nvidia/gpus"): string[] {
  return names(folder).flatMap((gpu) => {
    try {
      const text = readFileSync(join(folder, gpu, "information"), "utf8");
      return /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? [];
    } catch {
      return [];
    }
  });
}

/** GPU memory in use in MiB, over all NVIDIA GPUs; undefined without `nvidia-smi`. */
export function usedGpuMebibytes(program = "nvidia-smi"): number | undefined {
  try {
    const output = execFileSync(program, ["--query-gpu=memory.used", "--format=csv,noheader,nounits"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 10_000,
    });
    const used = output.trim().split("\n").map(Number);
    return used.every(Number.isFinite) ? used.reduce((sum, part) => sum + part, 0) : undefined;
  } catch {
    return undefined;
  }
}

/** Software Vulkan drivers, which compute on the CPU. */
const SOFTWARE: readonly (readonly [library: RegExp, name: string])[] = [
  [/libvk_swiftshader|vk_swiftshader\.dll/, "SwiftShader"],
  [/libvulkan_lvp/, "llvmpipe"],
];
/** Vulkan drivers for real devices: Mesa's others, NVIDIA's and AMD's. */
const HARDWARE = /libvulkan_(?!lvp)\w+\.so|libGLX_nvidia|libnvidia-|amdvlk/;

/**
 * Software driver, if no real GPU's is loaded: onnxruntime does not name the adapter in use. If both kinds are loaded,
 * only speed tells.
 */
export function softwareDriverAmong(sharedObjects: readonly string[]): string | undefined {
  if (sharedObjects.some((path) => HARDWARE.test(path))) return undefined;
  return SOFTWARE.find(([library]) => sharedObjects.some((path) => library.test(path)))?.[1];
}
