import { consumerWarnings, portableAdapter } from "@lorank/checkpoint";
import { checkOutputFolder, writeFolder, writePeftAdapter } from "@lorank/checkpoint/files";
import { exitCode } from "../exit-codes.ts";
import { resolveAdapterPath } from "../model/resolve.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";
import { counted } from "../text.ts";
import { readAdapter } from "./read-adapter.ts";
import { printWarnings } from "./warnings.ts";

/** Runs `lorank export` and returns what to exit with. */
export async function runExportCommand(name: string, flags: OutputFlags & RawFlags): Promise<number> {
  const output = createOutput(flags);
  const { out, force = false, "keep-head": keepHeads = false } = readFlags("export", flags);
  checkOutputFolder(out, { force });
  const folder = await resolveAdapterPath(name, flags);
  const adapter = readAdapter(folder);
  const portable = portableAdapter(adapter, { keepHeads });
  writeFolder(out, { force, sources: [folder] }, (temporary) => writePeftAdapter(temporary, portable));

  const warnings = consumerWarnings(portable);
  const dropped = portable.heads.size === 0 ? [...adapter.heads.keys()] : [];
  output.document({ adapter: name, out, rank: portable.rank, droppedHeads: dropped, consumers: warnings });
  output.say(
    `The portable form is in ${out}: rank ${portable.rank} on ${counted(portable.layers.size, "layer")}, ` +
      "alpha = rank, the scaling in B.",
  );
  if (dropped.length > 0) {
    output.say(
      `Left out, because most programs refuse it: the trained head ${dropped.join(", ")}. ` +
        "Without it a classifier cannot answer; --keep-head keeps it, and lorank merge puts it into a model.",
    );
  }
  output.print();
  printWarnings(warnings, output);
  return exitCode.done;
}
