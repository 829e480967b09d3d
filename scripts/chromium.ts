import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { WAIT_LIMIT } from "./wait-limit.ts";
import { heard } from "./warned.ts";

/** Debian's Chromium; set CHROMIUM_PATH to use another. */
export const CHROMIUM_PATH = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** Containers have no sandbox and no GPU; the rest keeps the browser itself from talking to anybody. */
const CHROMIUM_FLAGS = [
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

/** What the browser says where it has no GPU or the process for one ends, and where a test takes its service workers. */
const usualWords = new Set([
  "No available adapters.",
  "Failed to create WebGPU Context Provider",
  "A valid external Instance reference no longer exists.",
  "Service Worker registration blocked by Playwright",
]);

export const hasChromium = existsSync(CHROMIUM_PATH);

/**
 * Starts Chromium. Its pages wait as long as a test may: training takes minutes where the machine has other work. What they
 * write on their console and do not catch, violations of their policy too, is a warning of `warned.ts`.
 */
export async function launchChromium(flags: readonly string[] = CHROMIUM_FLAGS): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: [...flags] });
  browser.on("context", (context) => {
    context.setDefaultTimeout(WAIT_LIMIT);
    context.on("console", (message) => {
      if (!usualWords.has(message.text())) heard.push(`page: ${message.text()}`);
    });
    context.on("weberror", (thrown) => heard.push(`page: ${thrown.error().message}`));
  });
  return browser;
}
