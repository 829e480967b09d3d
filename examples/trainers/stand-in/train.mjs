// A trainer that needs nothing but Node: it learns a small task in a moment and writes all that LoRAnk reads of a trainer.
//
//     LORANK_RANK=4 LORANK_SEED=1 LORANK_OUT=out node train.mjs
//
// STAND_IN_SECONDS=5  how long the training takes
// STAND_IN_FAULT      what goes wrong: crash (always), crash-once (until it has something to go on from), diverge,
//                     out-of-memory, no-outcomes, duplicate, nan, other-examples
// STAND_IN_TRIALS     where it goes wrong, such as r4-s2,r8-s1 (default: everywhere)
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  examplesOf,
  newAdapter,
  outcomesOf,
  probabilities,
  randomNumbers,
  times,
  writeAdapter,
  writeOutcomes,
  writeWhole,
} from "./task.mjs";

const { env } = process;
const number = (name, usual) => Number(env[`LORANK_${name}`] ?? usual);
const [rank, seed, alpha] = [number("RANK", 4), number("SEED", 1), number("ALPHA", 4)];
const [learningRate, epochs] = [number("LEARNING_RATE", 0.5), number("EPOCHS", 20)];
const out = env.LORANK_OUT ?? "out";
const batchSize = 16;
const exits = { diverged: 3, outOfMemory: 4, stopped: 143 };
const isFaulty = env.STAND_IN_TRIALS?.split(",").includes(`r${rank}-s${seed}`) ?? true;
const fault = isFaulty ? env.STAND_IN_FAULT : undefined;

let stopped = false;
process.on("SIGTERM", () => {
  stopped = true;
});

const examples = examplesOf("train");
const perEpoch = Math.ceil(examples.length / batchSize);
const steps = Math.round(epochs * perEpoch);
const lossFile = join(out, "losses.jsonl");
const resumeFile = join(out, "resume", "state.json");
mkdirSync(join(out, "resume"), { recursive: true });

// JSON keeps every bit of a number, so a training that was stopped ends with the same bytes.
const resumed = existsSync(resumeFile) ? JSON.parse(readFileSync(resumeFile, "utf8")) : undefined;
const { adapter, losses } = resumed ?? { adapter: newAdapter(rank, alpha, seed), losses: [] };
const lossLine = (loss, i) => `${JSON.stringify({ step: i + 1, loss, steps })}\n`;
writeFileSync(lossFile, losses.map(lossLine).join(""));
const save = () => writeWhole(resumeFile, JSON.stringify({ adapter, losses }));

// Steps between two evaluations on the way, or below 1 their share of all steps; 0 for none.
const every = number("EVALUATE_EVERY", 0);
const stride = every < 1 ? every * steps : every;
const isPoint = (step) =>
  stride > 0 && step < steps && Math.floor(step / stride) > Math.floor((step - 1) / stride);

const last = Math.min(steps, number("MAX_STEPS", steps));
while (losses.length < last) {
  const step = losses.length;
  const { loss, update } = gradientStep(batchAt(step));
  if (!Number.isFinite(loss) || (fault === "diverge" && step === 10)) {
    console.error(`the loss of step ${step + 1} is not finite`);
    process.exit(exits.diverged);
  }
  update();
  losses.push(loss);
  appendFileSync(lossFile, lossLine(loss, step));
  // Before the checkpoint is saved: what comes before it is not trained again.
  if (isPoint(losses.length)) writePoint(losses.length);
  if (stopped || losses.length % perEpoch === 0) save();
  if (stopped) process.exit(exits.stopped);
  await delay((1000 * Number(env.STAND_IN_SECONDS ?? 0)) / steps); // even 0 lets a signal in
  if (step === 10 && fault === "out-of-memory") {
    console.error("CUDA out of memory");
    process.exit(exits.outOfMemory);
  }
  if (step >= perEpoch && (fault === "crash" || (fault === "crash-once" && resumed === undefined)))
    throw new Error("the stand-in was told to crash");
}
save();

writeAdapter(join(out, "adapter"), adapter);
writeWhole(join(out, "memory.json"), JSON.stringify({ peakBytes: 1024 * process.resourceUsage().maxRSS }));
const rows = outcomesOf(adapter, fault === "other-examples" ? "test" : "validation");
if (fault === "duplicate") rows[1] = rows[0];
if (fault === "nan") rows[1][2] = "NaN";
if (fault !== "no-outcomes") writeOutcomes(out, rows);

/** Outcomes of the adapter as it is after `step` steps. */
function writePoint(step) {
  const folder = join(out, "points", String(step));
  mkdirSync(folder, { recursive: true });
  writeOutcomes(folder, outcomesOf(adapter, "validation"));
}

/** The examples of a step: the same under one seed, whatever the rank. */
function batchAt(step) {
  const [epoch, place] = [Math.floor(step / perEpoch), (step % perEpoch) * batchSize];
  const next = randomNumbers(`order/${seed}/${epoch}`);
  const order = examples.map((example) => ({ example, key: next() })).sort((a, b) => a.key - b.key);
  return order.slice(place, place + batchSize).map(({ example }) => example);
}

/** Mean cross-entropy of a batch in nats, and the step of SGD that lowers it. */
function gradientStep(batch) {
  const { A, B } = adapter;
  const scale = alpha / rank;
  const [gradientA, gradientB] = [A, B].map((matrix) => matrix.map((row) => row.map(() => 0)));
  let loss = 0;
  for (const { x, label } of batch) {
    const p = probabilities(adapter, x);
    loss -= Math.log(p[label]) / batch.length;
    const hidden = times(A, x); // [rank]
    const errors = p.map((value, k) => ((value - Number(k === label)) * scale) / batch.length); // [classes]
    for (const [k, error] of errors.entries())
      for (const [j, value] of hidden.entries()) {
        gradientB[k][j] += error * value;
        for (const [i, xi] of x.entries()) gradientA[j][i] += error * B[k][j] * xi;
      }
  }
  const subtract = (matrix, gradient) =>
    gradient.forEach((row, i) => {
      row.forEach((value, j) => {
        matrix[i][j] -= learningRate * value;
      });
    });
  const update = () => {
    subtract(A, gradientA);
    subtract(B, gradientB);
  };
  return { loss, update };
}
