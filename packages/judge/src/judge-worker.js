// Runs a judge in a thread of its own, which can be ended where it hangs. Plain JavaScript: Node 20 reads no TypeScript.
import { inspect } from "node:util";
import { parentPort, workerData } from "node:worker_threads";

/** The metrics of scorers.ts whose time has no bound. */
const scorers = {
  regex: (parameter) => {
    const pattern = new RegExp(parameter);
    return (_, answer) => Number(pattern.test(answer));
  },
  levenshtein: async (parameter = "5") => {
    const { distance } = await import("fastest-levenshtein");
    return (_, answer, reference) => Number(distance(answer, reference) <= Number(parameter));
  },
};

const { href, scorer } = workerData;
const { default: exported } = href
  ? await import(href)
  : { default: await scorers[scorer.name](scorer.parameter) };
// A module that was compiled to CommonJS may have its default within another one.
const judge = typeof exported === "object" ? exported?.default : exported;
// Each reply has the number of its message: a judge can post messages too.
const reply = (number, content) => parentPort.postMessage({ number, ...content });
reply(0, typeof judge === "function" ? { isReady: true } : { got: inspect(exported) });

parentPort.on("message", async ({ number, isLast, prompt, answer, reference }) => {
  // Once the last text has been taken, none is lost when the thread is ended.
  if (isLast) return process.stdout.write("", () => reply(number, { isReady: true }));
  try {
    const value = await judge(prompt, answer, reference);
    reply(number, value === null || typeof value === "number" ? { value } : { got: inspect(value) });
  } catch (error) {
    reply(number, { got: `the error ${error?.message ?? error}` });
  }
});
