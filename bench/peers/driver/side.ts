import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { trialEnvironment } from "../../../packages/sweep/src/child-environment.ts";
import { peerEnvironment, pythonPath } from "./python.ts";
import type { Ready, Steps, Work } from "./work.ts";

/** One stack at one work: a process that is kept alive, so that sides can take turns. */
export interface Side {
  readonly ready: Ready;
  run(steps: number): Promise<Steps>;
  close(): void;
}

export async function startSide(work: Work): Promise<Side> {
  const { stack } = work;
  const child = stack === "lorank" ? startLorank(work) : startPeft(work);
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the ${stack} side ended without an answer: ${JSON.stringify(work)}`);
    return JSON.parse(value) as T;
  };
  return {
    ready: await answer<Ready>(),
    run(steps) {
      child.stdin!.write(`${steps}\n`);
      return answer<Steps>();
    },
    close: () => child.stdin!.end(),
  };
}

/** From a bundle, as the published packages are: the loader of TypeScript takes 113 MB. */
function startLorank(work: Work): ChildProcess {
  const script = fileURLToPath(new URL("../node_modules/.cache/step.mjs", import.meta.url));
  buildSync({
    entryPoints: [fileURLToPath(new URL("../lorank/step.ts", import.meta.url))],
    outfile: script,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@lorank/source"],
    external: ["onnxruntime-node", "@lorank/onnxruntime", "@tensorflow/*"],
    logLevel: "error",
  });
  return spawn(process.execPath, [script, JSON.stringify(work)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: trialEnvironment(process.env), // as a sweep starts its trials
  });
}

function startPeft(work: Work): ChildProcess {
  const script = fileURLToPath(new URL("../python/step.py", import.meta.url));
  return spawn(pythonPath(), [script, JSON.stringify(work)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: peerEnvironment(),
  });
}
