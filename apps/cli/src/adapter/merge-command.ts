import { classesOf } from "@lorank/checkpoint";
import { checkOutputFolder, mergeAdapter } from "@lorank/checkpoint/files";
import { formatBytes } from "@lorank/core";
import { exitCode } from "../exit-codes.ts";
import { resolveAdapterPath, resolveModelPath } from "../model/resolve.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { progressLine } from "../progress/progress-line.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";
import { counted, plainText } from "../text.ts";
import { readAdapter } from "./read-adapter.ts";

/** Runs `lorank merge` and returns what to exit with. */
export async function runMergeCommand(
  model: string,
  name: string,
  flags: OutputFlags & RawFlags,
): Promise<number> {
  const output = createOutput(flags);
  const { out, force = false, dtype } = readFlags("merge", flags);
  checkOutputFolder(out, { force });
  const adapterFolder = await resolveAdapterPath(name, flags);
  const adapter = readAdapter(adapterFolder);
  const base = await resolveModelPath(model, flags);
  const progress = progressLine(flags);
  const summary = mergeAdapter({
    base,
    adapter,
    out,
    force,
    sources: [adapterFolder],
    ...(dtype === undefined ? {} : { dtype }),
    onTensor: ({ done, total, name }) => progress.show(`${done} of ${total} tensors: ${name}`),
  });
  progress.end();
  const { classNames = null } = adapter;
  output.document({ model, adapter: name, out, dtype: dtype ?? null, classNames, ...summary });
  output.say(
    `The merged model is in ${out}: ${formatBytes(summary.bytes)} in ${counted(summary.files.length, "file")}, ` +
      `${summary.merged} of ${counted(summary.tensors, "tensor")} changed.`,
  );
  if (summary.heads.length > 0) output.say(`The trained head is in it: ${summary.heads.join(", ")}.`);
  if (classNames !== null) output.say(`Its classes are ${classNames.join(", ")}.`);
  else if (adapter.taskType === "SEQ_CLS" && classesOf(adapter) !== undefined)
    output.note(
      `warning: the adapter does not name its classes: id2label in ${out}/config.json is the base's, or LABEL_0 and so on`,
    );
  if (summary.tokenizerProblem !== null)
    output.note(`warning: the merged model has no tokenizer: ${plainText(summary.tokenizerProblem)}`);
  if (summary.prefix !== "") {
    output.say(`The base's tensors are named ${summary.prefix}.… now, as beside a head they must be.`);
  }
  return exitCode.done;
}
