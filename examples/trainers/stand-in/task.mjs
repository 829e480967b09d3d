// The task of the stand-in: which of 8 rows of a fixed matrix of rank 4 has the largest product with x? A LoRA of rank 4
// can learn it, one of rank 1 cannot. Here are its examples, the model, and what the contract asks to be written.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [width, classes, plantedRank] = [12, 8, 4];
const module = "base_model.model.linear";

/** Numbers in [-1, 1) that depend on the name alone. */
export function randomNumbers(name) {
  let state = 2166136261;
  for (const character of name) state = Math.imul(state ^ character.codePointAt(0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/** `[rows][columns]`. Each row has its own numbers, so that more rows begin with the same ones. */
export const randomMatrix = (name, rows, columns) =>
  Array.from({ length: rows }, (_, row) => {
    const next = randomNumbers(`${name}/${row}`);
    return Array.from({ length: columns }, next);
  });

export const zeros = (rows, columns) => Array.from({ length: rows }, () => new Array(columns).fill(0));
export const times = (matrix, x) => matrix.map((row) => row.reduce((sum, value, i) => sum + value * x[i], 0));

/** The same examples for every rank and seed. */
export function examplesOf(split) {
  const count = { train: 400, validation: 200, test: 200 }[split];
  const [left, right] = [
    randomMatrix("left", classes, plantedRank),
    randomMatrix("right", plantedRank, width),
  ];
  return randomMatrix(split, count, width).map((x, i) => {
    const scores = times(left, times(right, x));
    return { id: `${split}-${i}`, x, label: scores.indexOf(Math.max(...scores)) };
  });
}

/** A is `[rank, width]` and begins with the same rows at every rank; B is `[classes, rank]` and begins at zero. */
export const newAdapter = (rank, alpha, seed) => ({
  alpha,
  A: randomMatrix(`A/${seed}`, rank, width),
  B: zeros(classes, rank),
});

/** Probability of each class: softmax(alpha / rank · B A x). */
export function probabilities({ A, B, alpha }, x) {
  const logits = times(B, times(A, x)).map((value) => (value * alpha) / A.length);
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/** Rows `example,correct,logLoss,label` of a split. */
export function outcomesOf(adapter, split) {
  return examplesOf(split).map(({ id, x, label }) => {
    const p = probabilities(adapter, x);
    return [id, Number(p.indexOf(Math.max(...p)) === label), -Math.log(p[label]), `class-${label}`];
  });
}

export function writeOutcomes(out, rows) {
  writeWhole(join(out, "outcomes.csv"), `${["example,correct,logLoss,label", ...rows].join("\n")}\n`);
}

/** A killed process leaves the old file or the new one. */
export function writeWhole(path, content) {
  const file = openSync(`${path}.tmp`, "w");
  writeFileSync(file, content);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.tmp`, path);
}

/** Writes a PEFT folder: safetensors are the length of a JSON header, the header, and float32 numbers. */
export function writeAdapter(folder, { A, B, alpha }) {
  mkdirSync(folder, { recursive: true });
  const [header, parts, end] = [{}, [], 0];
  let from = end;
  for (const [name, matrix] of Object.entries({ lora_A: A, lora_B: B })) {
    const bytes = Buffer.from(Float32Array.from(matrix.flat()).buffer);
    const shape = [matrix.length, matrix[0].length];
    header[`${module}.${name}.weight`] = { dtype: "F32", shape, data_offsets: [from, from + bytes.length] };
    parts.push(bytes);
    from += bytes.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeWhole(join(folder, "adapter_model.safetensors"), Buffer.concat([length, json, ...parts]));
  const config = { peft_type: "LORA", base_model_name_or_path: "stand-in", r: A.length, lora_alpha: alpha };
  const rest = { target_modules: ["linear"], bias: "none", lora_dropout: 0 };
  writeWhole(join(folder, "adapter_config.json"), JSON.stringify({ ...config, ...rest }, null, 2));
}

/** Reads what {@link writeAdapter} wrote, or LoRAnk's cut of it to a lower rank. */
export function readAdapter(folder) {
  const bytes = readFileSync(join(folder, "adapter_model.safetensors"));
  const begin = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, begin).toString());
  const matrix = (name) => {
    const { shape, data_offsets } = header[`${module}.${name}.weight`];
    const value = (i) => bytes.readFloatLE(begin + data_offsets[0] + 4 * i);
    return Array.from({ length: shape[0] }, (_, row) =>
      Array.from({ length: shape[1] }, (_, column) => value(row * shape[1] + column)),
    );
  };
  const { lora_alpha } = JSON.parse(readFileSync(join(folder, "adapter_config.json"), "utf8"));
  return { A: matrix("lora_A"), B: matrix("lora_B"), alpha: lora_alpha };
}
