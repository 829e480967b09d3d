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
