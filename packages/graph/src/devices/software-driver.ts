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
