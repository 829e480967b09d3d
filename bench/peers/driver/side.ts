import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { trialEnvironment } from "@lorank/sweep";
import { peerEnvironment, pythonPath } from "./python.ts";
import type { Ready, Steps, Work } from "./work.ts";

export type Stack = "lorank" | "peft";

/** One stack at one work: a process that is kept alive, so that sides can take turns. */
export interface Side {
  readonly ready: Ready;
  run(steps: number): Promise<Steps>;
  close(): void;
}

export async function startSide(stack: Stack, work: Work): Promise<Side> {
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

function startLorank(work: Work): ChildProcess {
  const script = fileURLToPath(new URL("../lorank/step.ts", import.meta.url));
  const flags = ["--conditions=@lorank/source", "--import", "tsx"];
  return spawn(process.execPath, [...flags, script, JSON.stringify(work)], {
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
