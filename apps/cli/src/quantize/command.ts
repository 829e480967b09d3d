import { assertReplaceable, readModelConfig } from "@lorank/checkpoint";
import { formatBytes } from "@lorank/core";
import { familyOf, type QuantizeSummary, quantizeModel } from "@lorank/train";
import { exitCode } from "../exit-codes.ts";
import { resolveModelPath } from "../model/resolve.ts";
import { createOutput, type Output } from "../output.ts";
import { tensorProgress } from "../progress/tensor-progress.ts";
import { counted, plainText, wrap } from "../text.ts";
import { kindFigures, together } from "./kinds.ts";
import { type QuantizeFlags, type QuantizeSettings, quantizeSettings } from "./settings.ts";
import { kindTable, layerTable } from "./tables.ts";

/** Runs `lorank quantize` and returns what to exit with. */
export async function runQuantizeCommand(model: string, flags: QuantizeFlags): Promise<number> {
  const output = createOutput(flags);
  const settings = quantizeSettings(flags);
  assertReplaceable(settings.out, settings.force);
  // The config first, so that nobody waits for weights that are of no use.
  familyOf(readModelConfig(await resolveModelPath(model, flags, { files: "config" })).config);
  const path = await resolveModelPath(model, flags);
  const summary = writeQuantized(path, settings, flags);
  const { format, blockSize, doubleQuant, out } = settings;
  const all = together("all", summary.layers);
  output.document({
    model,
    out,
    format,
    blockSize,
    doubleQuant,
    kept: summary.kept,
    bytesBefore: summary.bytesBefore,
    bytesAfter: summary.bytes,
    bitsPerWeight: (8 * all.bytesAfter) / all.params,
    signalToNoiseDb: all.signalToNoiseDb,
    kinds: kindFigures(summary.layers),
    layers: summary.layers,
    tensors: summary.tensors,
    files: summary.files,
    tokenizerProblem: summary.tokenizerProblem,
  });
  show(summary, settings, flags.layers === true, output);
  return exitCode.done;
}

function writeQuantized(path: string, settings: QuantizeSettings, flags: QuantizeFlags): QuantizeSummary {
  const { dtype, ...rest } = settings;
  const progress = tensorProgress(flags);
  try {
    return quantizeModel({
      model: path,
      ...rest,
      ...(dtype === undefined ? {} : { dtype }),
      onTensor: progress.show,
    });
  } finally {
    progress.end();
  }
}

function show(summary: QuantizeSummary, settings: QuantizeSettings, each: boolean, output: Output): void {
  const { layers, kept, bytesBefore, bytes, files, tokenizerProblem } = summary;
  const { format, blockSize, doubleQuant, out } = settings;
  const all = together("all", layers);
  const words = (text: string): void => output.print(wrap(plainText(text), output.columns));
  output.print(each ? layerTable(layers, output) : kindTable([...kindFigures(layers), all], output));
  output.print();
  words(
    `${counted(layers.length, "linear layer")} in ${format.toUpperCase()}, blocks of ${blockSize}` +
      `${doubleQuant ? ", double quantisation" : ""}: ${((8 * all.bytesAfter) / all.params).toFixed(3)} bits a weight, ` +
      `${all.signalToNoiseDb.toFixed(1)} dB signal to noise.` +
      (kept.length > 0 ? ` Left as they are: ${counted(kept.length, "layer")}.` : ""),
  );
  words(
    `The model is in ${out}: ${formatBytes(bytes)} in ${counted(files.length, "file")}, ` +
      `${formatBytes(bytesBefore)} before.`,
  );
  if (tokenizerProblem !== null)
    output.note(`warning: the model has no tokenizer: ${plainText(tokenizerProblem)}`);
}
