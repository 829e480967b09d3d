import { existsSync } from "node:fs";

const folder = "/usr/lib/chromium"; // Debian's chromium brings SwiftShader, a Vulkan driver that needs no GPU
const manifest = `${folder}/vk_swiftshader_icd.json`;

/** What a process needs in its environment, from its start, to have WebGPU without a GPU; undefined where there is no such driver. */
export const softwareDriver: Readonly<Record<string, string>> | undefined =
  process.platform === "linux" && existsSync(manifest)
    ? { VK_ICD_FILENAMES: manifest, LD_LIBRARY_PATH: folder }
    : undefined;

/** For the title of a suite that is skipped without the driver. */
export const reasonToSkip =
  softwareDriver === undefined ? ` (skipped: no ${manifest}; apt-get install chromium brings it)` : "";

const llvmpipe = process.env.LORANK_LLVMPIPE;

/**
 * The same for WebGPU with float16, which SwiftShader lacks: Mesa's llvmpipe, from version 25 on, by the path of its
 * manifest (lvp_icd.*.json) in LORANK_LLVMPIPE.
 */
export const halfDriver: Readonly<Record<string, string>> | undefined =
  process.platform === "linux" && llvmpipe && existsSync(llvmpipe)
    ? { VK_ICD_FILENAMES: llvmpipe, VK_DRIVER_FILES: llvmpipe }
    : undefined;

export const reasonToSkipHalf =
  halfDriver === undefined ? " (skipped: LORANK_LLVMPIPE names no manifest of Mesa 25's llvmpipe)" : "";
