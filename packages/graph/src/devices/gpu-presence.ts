import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A folder's names; none where it cannot be read. */
function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * False where the system certainly shows this process no GPU, so that no driver has to be tried. Linux only: there a GPU
 * is a file in /dev, of its vendor's driver, the kernel's (dri, kfd) or Windows' (dxg).
 */
export function mayHaveGpu(platform: NodeJS.Platform = process.platform, dev = "/dev"): boolean {
  if (platform !== "linux") return true;
  return (
    names(dev).some((name) => /^(nvidia\d+|kfd|dxg)$/.test(name)) ||
    names(join(dev, "dri")).some((name) => name.startsWith("renderD"))
  );
}

/** Names of the GPUs of NVIDIA's kernel driver; none elsewhere. */
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

/** MiB in use on all of NVIDIA's GPUs together, by whomever; undefined where `nvidia-smi` does not say. */
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

/** Libraries of drivers that compute on the CPU. */
const SOFTWARE: readonly (readonly [library: RegExp, name: string])[] = [
  [/libvk_swiftshader|vk_swiftshader\.dll/, "SwiftShader"],
  [/libvulkan_lvp/, "llvmpipe"],
];
/** Vulkan drivers of real devices: Mesa's others, NVIDIA's and AMD's own. */
const HARDWARE = /libvulkan_(?!lvp)\w+\.so|libGLX_nvidia|libnvidia-|amdvlk/;

/**
 * The driver's name where a process that has opened a GPU holds no driver but one that computes on the CPU. onnxruntime
 * does not say which adapter it took; which libraries it has loaded does. Where drivers of both kinds are loaded, this
 * cannot tell, and the speed has to.
 */
export function softwareDriverAmong(sharedObjects: readonly string[]): string | undefined {
  if (sharedObjects.some((path) => HARDWARE.test(path))) return undefined;
  return SOFTWARE.find(([library]) => sharedObjects.some((path) => library.test(path)))?.[1];
}
