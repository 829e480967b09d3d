/**
 * Prints milliseconds a step of llama.cpp's greedy generation, after a prompt of 32 tokens in each of some sequences, as
 * `{ wall, processor }`. Called by generate.ts:
 *
 *   node bench/llama-cpp-rate.mjs FOLDER MODEL.gguf ROWS STEPS AFTER THREADS
 *
 * FOLDER is what `.ci/set-up-llama-cpp` prints. Loading, the prompt and the first AFTER tokens are not counted.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, modelPath, rows, steps, after, threads] = process.argv.slice(2);
const sequences = Number(rows);
const most = Number(steps) + Number(after);
const { getLlama } = await import(
  pathToFileURL(join(folder, "node_modules/node-llama-cpp/dist/index.js")).href
);
const llama = await getLlama({
  gpu: false,
  maxThreads: Number(threads),
  build: "never",
  skipDownload: true,
  logLevel: "error",
  progressLogs: false,
});
const model = await llama.loadModel({ modelPath });
const room = 32 + most;
const context = await model.createContext({
  sequences,
  contextSize: room,
  batchSize: 32 * sequences,
  threads: Number(threads),
});
const prompt = Array.from({ length: 32 }, (_, i) => 1000 + 37 * i);
let tokens = 0;
let start = 0;
let before = process.cpuUsage();
async function answer() {
  let own = 0;
  for await (const _ of context.getSequence().evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
    tokens++;
    if (tokens === Number(after) * sequences) {
      start = performance.now();
      before = process.cpuUsage();
    }
    if (++own === most) break;
  }
}
await Promise.all(Array.from({ length: sequences }, answer));
const { user, system } = process.cpuUsage(before);
const [wall, processor] = [performance.now() - start, (user + system) / 1000].map((ms) => ms / Number(steps));
console.log(JSON.stringify({ wall, processor }));
process.exit(0); // its threads would keep the process
