import { checkOutputFolder, readModelConfig } from "@lorank/checkpoint/files";
import { formatBytes } from "@lorank/core";
import { quantizeDefaults as d } from "@lorank/quant";
import { familyOf } from "@lorank/train/engine";
import { type QuantizeSummary, quantizeModel } from "@lorank/train/quantize";
import { exitCode } from "../exit-codes.ts";
import { resolveModelPath } from "../model/resolve.ts";
import { type CommandFlags, createOutput, type Output, type RawFlags } from "../output.ts";
import { progressLine } from "../progress/progress.ts";
import { readFlags } from "../settings/read.ts";
import { counted, plainText } from "../text.ts";
import { type KindFigures, kindFigures, printKinds, printLayers, together } from "./kinds.ts";

/** Runs `lorank quantize` and returns what to exit with. */
export async function runQuantizeCommand(model: string, flags: CommandFlags): Promise<number> {
  const output = createOutput(flags);
  const settings = quantizeSettings(flags);
  checkOutputFolder(settings.out, { force: settings.force });
  // The config first, so that nobody waits for weights that are of no use.
  familyOf(readModelConfig(await resolveModelPath(model, output, { files: "config" })).config);
  const path = await resolveModelPath(model, output);
  const summary = writeQuantized(path, settings, output);
  const all = together("all", summary.layers);
  const quantized = documentOf(model, settings, summary, all);
  output.document(quantized);
  print(quantized, { all, each: flags.layers === true }, output);
  return exitCode.done;
}

/** What `--json` prints. */
function documentOf(model: string, settings: QuantizeSettings, summary: QuantizeSummary, all: KindFigures) {
  const { out, format, blockSize, doubleQuant, keepLayers } = settings;
  const { kept, bytesBefore, bytes, layers, tensors, files, tokenizerProblem } = summary;
  return {
    ...{ model, out, format, blockSize, doubleQuant, keepLayers: keepLayers.join(","), kept },
    ...{ bytesBefore, bytesAfter: bytes, bitsPerWeight: (8 * all.bytesAfter) / all.params },
    ...{ signalToNoiseDb: all.signalToNoiseDb, kinds: kindFigures(layers) },
    ...{ layers, tensors, files, tokenizerProblem },
  };
}

function writeQuantized(
  path: string,
  { dtype, ...settings }: QuantizeSettings,
  output: Output,
): QuantizeSummary {
  const progress = progressLine(output);
  try {
    return quantizeModel({
      model: path,
      ...settings,
      ...(dtype === undefined ? {} : { dtype }),
      onTensor: ({ done, total, name }) => progress.show(`${done} of ${total} tensors: ${name}`),
    });
  } finally {
    progress.end();
  }
}

/** @param each whether each layer has a row of its own. */
function print(
  quantized: ReturnType<typeof documentOf>,
  { all, each }: { readonly all: KindFigures; readonly each: boolean },
  output: Output,
): void {
  const { layers, kinds, kept, files, tokenizerProblem } = quantized;
  const { format, blockSize, doubleQuant, out } = quantized;
  if (each) printLayers(layers, output);
  else printKinds([...kinds, all], output);
  output.print();
  output.say(
    `${counted(layers.length, "linear layer")} in ${format.toUpperCase()}, blocks of ${blockSize}` +
      `${doubleQuant ? ", double quantisation" : ""}: ${quantized.bitsPerWeight.toFixed(3)} bits a weight, ` +
      `${all.signalToNoiseDb.toFixed(1)} dB signal to noise.` +
      (kept.length > 0 ? ` Left as they are: ${counted(kept.length, "layer")}.` : ""),
  );
  output.say(
    `The model is in ${out}: ${formatBytes(quantized.bytesAfter)} in ${counted(files.length, "file")}, ` +
      `${formatBytes(quantized.bytesBefore)} before.`,
  );
  if (tokenizerProblem !== null)
    output.note(`warning: the model has no tokenizer: ${plainText(tokenizerProblem)}`);
}

/** Settings of `lorank quantize`, with its defaults. */
type QuantizeSettings = ReturnType<typeof quantizeSettings>;

/** Reads the flags of `lorank quantize`. Throws InputError E_CONFIG with all that is wrong with them. */
export function quantizeSettings(flags: RawFlags) {
  const given = readFlags("quantize", flags);
  return {
    out: given.out,
    format: given.format ?? d.format,
    blockSize: given["block-size"] ?? d.blockSize,
    doubleQuant: given["double-quant"] ?? d.doubleQuant,
    keepLayers: given["keep-layers"] ?? [],
    dtype: given.dtype,
    force: given.force ?? false,
  } as const;
}
