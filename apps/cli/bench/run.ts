/**
 * Does measuring outputs choose the right layers to keep out of 4 bits? The same budget spent by `suggestKeepLayers`, by
 * the opposite order and by chance, and what each leaves of the model: log loss of the next token on e-mails that nothing
 * was measured on.
 *
 *     pnpm --filter lorank bench --model starter --shares 0.1,0.25,0.5 --texts 200
 *
 * A share is that of the bytes between the model in 4 bits and the model as it is.
 */
import { parseArgs } from "node:util";
import { float32, floats, onnxRuntime, type Tensor } from "@lorank/graph";
import { dequantizeNf4, quantizeNf4 } from "@lorank/quant";
import { modelFolder, spamAssassin } from "@lorank/starter";
import {
  createTokenizer,
  evaluate,
  IGNORED,
  type KeepCandidate,
  noAdapter,
  type OutputError,
  randomStream,
  readBase,
  suggestKeepLayers,
  Transformer,
} from "@lorank/train";

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
const base = readBase(model, { kind: "causal-lm" });
const examples = tokens(emails.validation, Number(values.texts))
  .filter(({ length }) => length > 1)
  .map((inputIds, i) => ({ id: String(i), inputIds, labels: [...inputIds.slice(1), IGNORED] }));

const parameters = new Map(base.weights);
const { family, head } = base;
const transformer = new Transformer({ family, head, runtime, adapter: noAdapter, parameters });

/** Log loss a token with NF4 weights everywhere in the blocks but in `kept`. */
async function lossWith(errors: readonly OutputError[], kept: ReadonlySet<string>): Promise<number> {
  for (const { path } of errors) {
    const name = `${path}.weight`;
    const weight = base.weights.get(name) as Tensor; // the float model
    parameters.set(name, kept.has(path) ? weight : inNf4(weight));
  }
  const { logLosses } = await evaluate(transformer, examples, { padId: family.padTokenId });
  const counts = examples.map(({ inputIds }) => inputIds.length - 1);
  const total = logLosses.reduce((sum, loss, i) => sum + loss * counts[i]!, 0);
  return total / counts.reduce((sum, count) => sum + count, 0);
}

function inNf4(weight: Tensor): Tensor {
  return float32(weight.shape, dequantizeNf4(quantizeNf4(floats(weight), { doubleQuant: true })));
}

const options = { model, runtime, texts: tokens(emails.train, 64), doubleQuant: true };
const bytesOf = ({ bytesKept, bytes4bit }: KeepCandidate): number => bytesKept - bytes4bit;
/** The first of `order` that fit. */
function spend(order: readonly KeepCandidate[], extraBytes: number): Set<string> {
  let left = extraBytes;
  const kept = new Set<string>();
  for (const candidate of order) {
    if (bytesOf(candidate) > left) continue;
    left -= bytesOf(candidate);
    kept.add(candidate.path);
  }
  return kept;
}

// With a byte less than the model as it is, all but one layer are kept, in the order of their worth.
const all = await suggestKeepLayers({ ...options, budgetBytes: await bytesAsItIs() });
const least = all.plan.kept.length;
const order = all.plan.kept;
const missing = all.errors.filter(({ path }) => !order.some((each) => each.path === path));
console.log(`${values.model}: ${all.errors.length} layers, ${examples.length} e-mails, ${least} in order`);
const none = await lossWith(all.errors, new Set());
const float = await lossWith(all.errors, new Set(all.errors.map(({ path }) => path)));
console.log(
  `as it is ${float.toFixed(4)}, all in 4 bits ${none.toFixed(4)} nats a token; left out of the orders: ${missing.map(({ path }) => path).join(", ")}`,
);
const extra = order.reduce((sum, candidate) => sum + bytesOf(candidate), 0);
for (const share of values.shares.split(",").map(Number)) {
  const planned = await lossWith(all.errors, spend(order, share * extra));
  const opposite = await lossWith(all.errors, spend(order.toReversed(), share * extra));
  const chance: number[] = [];
  for (let draw = 0; draw < Number(values.draws); draw++) {
    const shuffled = Array.from(randomStream(draw, "keep-layers").shuffle(order.length), (i) => order[i]!);
    chance.push(await lossWith(all.errors, spend(shuffled, share * extra)));
  }
  const recovered = (loss: number): string => `${((100 * (none - loss)) / (none - float)).toFixed(0)} %`;
  console.log(
    `share ${share}: planned ${recovered(planned)}, by chance ${chance.map(recovered).join(" ")}, opposite ${recovered(opposite)}`,
  );
}
await transformer.dispose();

async function bytesAsItIs(): Promise<number> {
  try {
    await suggestKeepLayers({ ...options, budgetBytes: Number.MAX_SAFE_INTEGER });
  } catch (error) {
    const [, bytes] = /below the (\d+) bytes/.exec((error as Error).message)!;
    return Number(bytes) - 1;
  }
  throw new Error("a budget without an end was accepted");
}
