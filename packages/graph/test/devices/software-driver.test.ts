import { expect, test } from "vitest";
import { softwareDriverAmong } from "../../src/devices/software-driver.ts";
import { loadedLibraries } from "../../src/loaded-libraries.ts";

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
