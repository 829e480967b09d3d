import { existsSync } from "node:fs";

/** Debian's Chromium; set CHROMIUM_PATH to use another. */
export const CHROMIUM_PATH = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** Containers have no sandbox and no GPU; the rest keeps the browser itself from talking to anybody. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
] as const;

/** The same with WebGPU, on the driver that computes on the processor. */
export const SOFTWARE_GPU_FLAGS = [
  ...CHROMIUM_FLAGS.filter((flag) => flag !== "--disable-gpu"),
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
] as const;

export const hasChromium = existsSync(CHROMIUM_PATH);
