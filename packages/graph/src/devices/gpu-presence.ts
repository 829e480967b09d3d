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

/** What NVIDIA's kernel driver calls its GPUs; none elsewhere. */
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
    const said = execFileSync(program, ["--query-gpu=memory.used", "--format=csv,noheader,nounits"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 10_000,
    });
    const used = said.trim().split("\n").map(Number);
    return used.every(Number.isFinite) ? used.reduce((sum, part) => sum + part, 0) : undefined;
  } catch {
    return undefined;
  }
}
