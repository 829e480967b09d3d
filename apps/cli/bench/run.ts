/**
 * Does `suggestKeepLayers` choose the right layers to keep out of 4 bits? The same budget spent in its order, in the
 * opposite one and by chance, and what each leaves of the model: log loss of the next token on e-mails that nothing
 * was measured on, or in an encoder ‖h − h₀‖² / ‖h₀‖² of the last block's states.
 *
 *     pnpm --filter lorank bench --model starter --shares 0.1,0.25,0.5 --texts 200
 *
 * A share is that of the bytes between the model in 4 bits and the model as it is.
 */
import { parseArgs } from "node:util";
import { openModelWeights } from "@lorank/checkpoint/files";
import { float32, floats, sizeOf, type Tensor } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { dequantizeNf4, quantizeNf4 } from "@lorank/quant";
import { modelFolder, spamAssassin } from "@lorank/starter";
import { evaluate } from "@lorank/train";
import { IGNORE_INDEX, noAdapter, randomStream, readBase, Transformer } from "@lorank/train/engine";
import { suggestKeepLayers } from "@lorank/train/quantize";
import { createTokenizer } from "@lorank/train/tokenizer";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "starter" },
    shares: { type: "string", default: "0.1,0.25,0.5" },
    texts: { type: "string", default: "200" },
    length: { type: "string", default: "96" },
    draws: { type: "string", default: "5" },
  },
});

const model = values.model === "starter" ? modelFolder : values.model;
const runtime = await onnxRuntime({ threads: 2 });
const tokenizer = createTokenizer(model);
const emails = spamAssassin();
const tokens = (texts: typeof emails.train, count: number): number[][] =>
  texts.slice(0, count).map(({ text }) => tokenizer.encode(text, Number(values.length)));
const bytesAsItIs = storedBytes();
const { shares, measure } = await suggestKeepLayers({
  model,
  runtime,
  texts: tokens(emails.train, 64),
  doubleQuant: true,
  budgetBytes: [...bytesAsItIs.values()].reduce((sum, bytes) => sum + bytes, -1),
});
const isEncoder = measure === "hidden-states";
const base = readBase(model, isEncoder ? { kind: "classification", labels: 2 } : { kind: "causal-lm" });
const examples = tokens(emails.validation, Number(values.texts))
  .filter(({ length }) => length > 1)
  .map((inputIds, i) => ({ id: String(i), inputIds, labels: [...inputIds.slice(1), IGNORE_INDEX] }));
const parameters = new Map(base.weights);
const { family, head } = base;
const transformer = new Transformer({ family, head, runtime, adapter: noAdapter, parameters });
const layers = shares.map(({ path, share, bytes4bit }) => {
  const [, kept] = [...bytesAsItIs].find(([name]) => `${path}.weight`.endsWith(name))!;
  const weight = base.weights.get(`${path}.weight`) as Tensor; // the float model
  return { name: `${path}.weight`, share, bytes: kept - bytes4bit, weight, in4bit: inNf4(weight) };
});
type Layer = (typeof layers)[number];

/** Bytes of each tensor as it is written when it stays. */
function storedBytes(): Map<string, number> {
  const weights = openModelWeights(model);
  const ofGguf = model.endsWith(".gguf");
  const bytes = [...weights.tensors].map(
    ([name, { shape, byteLength }]) => [name, ofGguf ? 2 * sizeOf(shape) : byteLength] as const,
  );
  weights.close();
  return new Map(bytes);
}

function inNf4(weight: Tensor): Tensor {
  return float32(weight.shape, dequantizeNf4(quantizeNf4(floats(weight), { doubleQuant: true })));
}

/** Log loss or distance a token with NF4 weights everywhere in the blocks but in `kept`. */
async function lossWith(kept: readonly Layer[]): Promise<number> {
  for (const layer of layers) parameters.set(layer.name, kept.includes(layer) ? layer.weight : layer.in4bit);
  if (isEncoder) return distance(await states());
  const { logLosses } = await evaluate(transformer, examples, { padId: family.padTokenId });
  const counts = examples.map(({ inputIds }) => inputIds.length - 1);
  const total = logLosses.reduce((sum, loss, i) => sum + loss * counts[i]!, 0);
  return total / counts.reduce((sum, count) => sum + count, 0);
}

/** Hidden states of every token. */
async function states(): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  for (const { inputIds } of examples) {
    const seq = inputIds.length;
    const all = await transformer.hiddenStates({ inputIds: Int32Array.from(inputIds), lengths: [seq], seq });
    for (let start = 0; start < all.length; start += family.hiddenSize)
      rows.push(all.subarray(start, start + family.hiddenSize));
  }
  return rows;
}

function distance(rows: readonly Float32Array[]): number {
  const each = rows.map((row, token) => {
    const own = exact[token]!;
    const off = row.reduce((sum, value, i) => sum + (value - own[i]!) ** 2, 0);
    return off / own.reduce((sum, value) => sum + value ** 2, 0);
  });
  return each.reduce((sum, value) => sum + value, 0) / each.length;
}

/** The first of `order` that fit. */
function spend(order: readonly Layer[], extraBytes: number): Layer[] {
  let left = extraBytes;
  return order.filter(({ bytes }) => {
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
}

const exact = isEncoder ? await states() : [];
const order = layers.toSorted((a, b) => b.share / b.bytes - a.share / a.bytes);
const none = await lossWith([]);
const float = await lossWith(layers);
const together = shares.reduce((sum, { share }) => sum + share, 0);
console.log(`${values.model}: ${layers.length} layers, ${examples.length} e-mails`);
console.log(
  `as it is ${float.toFixed(4)}, all in 4 bits ${none.toFixed(4)}; shares (${measure}): ${together.toFixed(4)}, ` +
    `${shares.filter(({ share }) => share < 0).length} negative`,
);
const extra = layers.reduce((sum, { bytes }) => sum + bytes, 0);
for (const share of values.shares.split(",").map(Number)) {
  const planned = await lossWith(
    spend(
      order.filter((layer) => layer.share > 0),
      share * extra,
    ),
  );
  const opposite = await lossWith(spend(order.toReversed(), share * extra));
  const chance: number[] = [];
  for (let draw = 0; draw < Number(values.draws); draw++) {
    const shuffled = Array.from(randomStream(draw, "keep-layers").shuffle(layers.length), (i) => layers[i]!);
    chance.push(await lossWith(spend(shuffled, share * extra)));
  }
  const recovered = (loss: number): string => `${((100 * (none - loss)) / (none - float)).toFixed(0)} %`;
  console.log(
    `share ${share}: planned ${recovered(planned)}, by chance ${chance.map(recovered).join(" ")}, opposite ${recovered(opposite)}`,
  );
}
await transformer.dispose();
