import { assertReplaceable, type FloatDType, mergeAdapter, readPeftAdapter } from "@lorank/checkpoint";
import { formatBytes, InputError } from "@lorank/core";
import { exitCode } from "../exit-codes.ts";
import { resolveAdapterPath, resolveModelPath } from "../model/resolve.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { mayDrawLive, processTerminal } from "../terminal.ts";
import { counted, plainText, wrap } from "../text.ts";

export interface MergeFlags extends OutputFlags {
  readonly out?: string | boolean;
  readonly dtype?: string | boolean;
  readonly force?: string | boolean;
}

const dtypes: Readonly<Record<string, FloatDType>> = { fp32: "F32", fp16: "F16", bf16: "BF16" };

/** Runs `lorank merge` and returns what to exit with. */
export async function runMergeCommand(model: string, name: string, flags: MergeFlags): Promise<number> {
  const output = createOutput(flags);
  const out = String(flags.out);
  const force = flags.force === true;
  const dtype = readDType(flags.dtype);
  assertReplaceable(out, force);
  const adapterFolder = await resolveAdapterPath(name, flags);
  const adapter = readPeftAdapter(adapterFolder);
  const base = await resolveModelPath(model, flags);
  const live = mayDrawLive(processTerminal(), flags) && flags.quiet !== true;
  const summary = mergeAdapter({
    base,
    adapter,
    out,
    force,
    sources: [adapterFolder],
    ...(dtype === undefined ? {} : { dtype }),
    onTensor: ({ done, total }) => {
      if (live) process.stderr.write(`\r${done} of ${total} tensors`);
    },
  });
  if (live) process.stderr.write("\r\u001b[K");
  output.document({ model, adapter: name, out, dtype: dtype ?? null, ...summary });
  output.print(
    wrap(
      `The merged model is in ${out}: ${formatBytes(summary.bytes)} in ${counted(summary.files.length, "file")}, ` +
        `${summary.merged} of ${counted(summary.tensors, "tensor")} changed.`,
      output.columns,
    ),
  );
  if (summary.heads.length > 0)
    output.print(wrap(plainText(`The trained head is in it: ${summary.heads.join(", ")}.`), output.columns));
  if (summary.tokenizerProblem !== null)
    output.note(`warning: the merged model has no tokenizer: ${plainText(summary.tokenizerProblem)}`);
  if (summary.prefix !== "") {
    output.print(
      wrap(
        plainText(`The base's tensors are named ${summary.prefix}.… now, as beside a head they must be.`),
        output.columns,
      ),
    );
  }
  return exitCode.done;
}

function readDType(text: string | boolean | undefined): FloatDType | undefined {
  if (typeof text !== "string") return undefined;
  const dtype = Object.hasOwn(dtypes, text) ? dtypes[text] : undefined;
  if (dtype !== undefined) return dtype;
  throw new InputError("E_CONFIG", `--dtype must be fp32, fp16 or bf16, got ${JSON.stringify(text)}`);
}
