// Runs the judge of a file in a thread of its own, which can be ended where it hangs. Plain JavaScript: Node 20 reads no TypeScript.
import { inspect } from "node:util";
import { parentPort, workerData } from "node:worker_threads";

const { default: exported } = await import(workerData);
// A module that was compiled to CommonJS may have its default within another one.
const judge = typeof exported === "object" ? exported?.default : exported;
parentPort.postMessage(typeof judge === "function" ? { isReady: true } : { got: inspect(exported) });

parentPort.on("message", async ({ isLast, prompt, answer, reference }) => {
  // Once the last text has been taken, none is lost when the thread is ended.
  if (isLast) return process.stdout.write("", () => parentPort.postMessage({ isReady: true }));
  try {
    const value = await judge(prompt, answer, reference);
    parentPort.postMessage(value === null || typeof value === "number" ? { value } : { got: inspect(value) });
  } catch (error) {
    parentPort.postMessage({ got: `the error ${error?.message ?? error}` });
  }
});
