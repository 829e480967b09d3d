import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import {
  mayHaveGpu,
  nvidiaNames,
  softwareDriverAmong,
  usedGpuMebibytes,
} from "../../src/devices/gpu-presence.ts";
import { loadedLibraries } from "../../src/loaded-libraries.ts";

const root = temporaryFolder();

/** A folder with these files. */
function folder(name: string, files: readonly string[]): string {
  for (const file of files) {
    mkdirSync(join(root, name, file, ".."), { recursive: true });
    writeFileSync(join(root, name, file), "");
  }
  return join(root, name);
}

describe("mayHaveGpu", () => {
  test.each([
    ["an NVIDIA GPU", ["nvidia0", "nvidiactl"], true],
    ["a GPU of the kernel's driver", ["dri/card0", "dri/renderD128"], true],
    ["Windows' GPU inside WSL", ["dxg"], true],
    ["a screen without a GPU", ["dri/card0", "fb0"], false],
    ["NVIDIA's driver without a GPU", ["nvidiactl", "null"], false],
  ])("on Linux, %s", (name, files, expected) => {
    expect(mayHaveGpu("linux", folder(name, files))).toBe(expected);
  });

  test("is not decided by files elsewhere", () => {
    expect(mayHaveGpu("win32", join(root, "none"))).toBe(true);
    expect(mayHaveGpu("darwin", join(root, "none"))).toBe(true);
  });
});

test("nvidiaNames reads what the driver says of each GPU", () => {
  const gpus = folder("gpus", ["0000:01:00.0/information"]);
  writeFileSync(
    join(gpus, "0000:01:00.0/information"),
    "Model: \t\t NVIDIA GeForce RTX 4090\nIRQ:   \t\t 100\n",
  );
  expect(nvidiaNames(gpus)).toEqual(["NVIDIA GeForce RTX 4090"]);
  expect(nvidiaNames(join(root, "none"))).toEqual([]);
});

test.skipIf(process.platform === "win32")(
  "the memory in use is summed over all GPUs (not on Windows)",
  () => {
    const program = join(folder("tools", ["said", "nothing"]), "said");
    writeFileSync(program, "#!/bin/sh\n[ \"$1\" = --query-gpu=memory.used ] && printf '412\\n1024\\n'\n");
    chmodSync(program, 0o755);
    expect(usedGpuMebibytes(program)).toBe(1436);
    expect(usedGpuMebibytes(join(root, "tools", "nothing"))).toBeUndefined();
    expect(usedGpuMebibytes(join(root, "none"))).toBeUndefined();
  },
);

const loader = "/usr/lib/x86_64-linux-gnu/libvulkan.so.1";

test.each([
  [[loader, "/usr/lib/chromium/./libvk_swiftshader.so"], "SwiftShader"],
  [[loader, "/usr/lib/x86_64-linux-gnu/libvulkan_lvp.so"], "llvmpipe"],
  // A machine with a GPU has Mesa's software driver loaded beside the one that is used.
  [[loader, "/usr/lib/libvulkan_lvp.so", "/usr/lib/libvulkan_radeon.so"], undefined],
  [[loader, "/usr/lib/libvulkan_lvp.so", "/usr/lib/libGLX_nvidia.so.0"], undefined],
  [[loader], undefined],
])("%j is %s", (libraries, name) => {
  expect(softwareDriverAmong(libraries)).toBe(name);
});

test("the libraries of this process are known by their paths", () => {
  expect(loadedLibraries().length).toBeGreaterThan(0);
});
