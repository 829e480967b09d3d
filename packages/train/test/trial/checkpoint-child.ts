// `kill <folder> <n>`: goes on from the checkpoints in a folder, writes the next one, and kills itself just before the nth
// file-system call of that. `fill <folder>`: writes checkpoints on a disk that is too small, and prints what is told.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { inFolder } from "../../src/node/trials.ts";
import { TrainingCheckpoints } from "../../src/trial/training-checkpoints.ts";
import { fastClock, fiveSteps } from "../helpers/five-steps.ts";

const [action, folder, nth] = process.argv.slice(2) as ["kill" | "fill", string, string];
const print = fs.writeSync;
const { learner, spec, stepTo } = fiveSteps(action === "fill" ? 10_000 : 10);
const events: object[] = [];
const checkpoints = new TrainingCheckpoints(
  inFolder({ folder, every: { steps: 1 }, now: fastClock() }),
  { spec, computer: "onnx on cpu with 1 thread" },
  (event) => events.push(event),
);
const one = learner();
const begun = checkpoints.begin(one);
if (action === "kill") killBefore(Number(nth));
for (let step = begun + 1; step <= 5; step++) {
  stepTo(one, step);
  checkpoints.stepped(step);
}
print(1, `${JSON.stringify({ events, files: fs.existsSync(folder) })}\n`);

function killBefore(call: number): void {
  let calls = 0;
  type Call = (...values: never[]) => unknown;
  const functions = fs as unknown as Record<string, Call>;
  const names = ["openSync", "writeSync", "fsyncSync", "closeSync", "renameSync", "rmSync", "readdirSync"];
  for (const name of [...names, "statSync", "mkdirSync", "rmdirSync"]) {
    const original = functions[name]!;
    functions[name] = (...values) => {
      calls++;
      if (calls === call) process.kill(process.pid, "SIGKILL");
      return original(...values);
    };
  }
  syncBuiltinESMExports();
}
