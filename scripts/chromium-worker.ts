/** Runs a module in a Web Worker of a real Chromium, on onnxruntime-web, for tests of what a page does. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launchChromium, SOFTWARE_GPU_FLAGS } from "./chromium.ts";

export interface WorkerRun {
  /** A module in TypeScript that exports `main(asked)`, whose result can be cloned. Its package has onnxruntime-web. */
  readonly module: URL;
  /** Given to `main`. */
  readonly asked: unknown;
  /** Whether the page is cross-origin isolated: then WebAssembly may have threads. */
  readonly isolated: boolean;
  /** WebGPU on the driver that computes on the CPU. (default false) */
  readonly webgpu?: boolean;
}

export interface WorkerAnswer {
  readonly value: unknown;
  /** Names of the files of onnxruntime-web that the worker fetched. */
  readonly fetched: readonly string[];
}

/** Starts a browser for one run, and ends it. What the worker throws is thrown. */
export async function runInWorker({
  module,
  asked,
  isolated,
  webgpu = false,
}: WorkerRun): Promise<WorkerAnswer> {
  const fetched: string[] = [];
  const server = await serve(await workerBundle(module), module, isolated, fetched);
  const browser = await launchChromium(webgpu ? SOFTWARE_GPU_FLAGS : undefined);
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const answer = await page.evaluate(askWorker, asked);
    if ("failed" in answer) throw new Error(answer.failed as string);
    return { value: answer.value, fetched };
  } finally {
    await browser.close();
    server.close();
  }
}

/** In the page. */
function askWorker(asked: unknown): Promise<{ failed: unknown } | { value: unknown }> {
  // What a page has is not among the types of Node.
  const { Worker } = globalThis as unknown as {
    Worker: new (
      url: string,
      options: object,
    ) => {
      postMessage(asked: unknown): void;
      onmessage: (event: { data: { failed: unknown } | { value: unknown } }) => void;
      onerror: (event: { message: string }) => void;
    };
  };
  return new Promise((resolve) => {
    const worker = new Worker("/worker.js", { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve({ failed: message });
    worker.postMessage(asked);
  });
}

async function workerBundle(module: URL): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { main } from ${JSON.stringify(fileURLToPath(module))};
        globalThis.onmessage = ({ data }) =>
          main(data).then(
            (value) => postMessage({ value }),
            (error) => postMessage({ failed: String(error?.stack ?? error) }),
          );`,
      resolveDir: dirname(fileURLToPath(module)),
      loader: "ts",
    },
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    target: "es2022",
    // onnxruntime-web then fetches the module that starts its threads, instead of starting this bundle in each.
    conditions: ["@lorank/source", "onnxruntime-web-use-extern-wasm"],
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

const types: Readonly<Record<string, string>> = { mjs: "text/javascript", wasm: "application/wasm" };

async function serve(worker: string, module: URL, isolated: boolean, fetched: string[]): Promise<Server> {
  const files = dirname(createRequire(module).resolve("onnxruntime-web/wasm"));
  const headers = isolated
    ? { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" }
    : {};
  const server = createServer(({ url = "/" }, response) => {
    const name = /^\/ort\/([\w.-]+\.(mjs|wasm))$/.exec(url);
    if (name !== null) {
      fetched.push(name[1]!);
      response.writeHead(200, { ...headers, "content-type": types[name[2]!]! });
      response.end(readFileSync(join(files, name[1]!)));
      return;
    }
    response.writeHead(200, { ...headers, "content-type": url === "/" ? "text/html" : "text/javascript" });
    response.end(url === "/" ? "<!doctype html><title>worker</title>" : url === "/worker.js" ? worker : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
