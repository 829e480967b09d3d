import { type ConsumerWarning, consumerWarnings, portableAdapter, vllmRankNote } from "@lorank/checkpoint";
import { checkOutputFolder, writeFolder, writePeftAdapter } from "@lorank/checkpoint/files";
import { exitCode } from "../exit-codes.ts";
import { readAdapter } from "../model/read-adapter.ts";
import { resolveAdapterPath } from "../model/resolve.ts";
import { type CommandFlags, createOutput, type Output } from "../output.ts";
import { readFlags, throwIfAny } from "../settings/read.ts";
import type { SettingsOf } from "../settings/table.ts";
import { counted } from "../text.ts";
import { printWarnings } from "../warnings.ts";
import { exportGguf } from "./export-gguf.ts";

/** Runs `lorank export` and returns what to exit with. */
export async function runExportCommand(name: string, flags: CommandFlags): Promise<number> {
  const output = createOutput(flags);
  const problems: string[] = [];
  const settings = readFlags("export", flags, problems);
  problems.push(...misplacedFlags(settings));
  throwIfAny(problems);
  return settings.format === "gguf" ? exportGguf(name, settings, output) : exportPeft(name, settings, output);
}

/** Flags of one format beside the other. */
function misplacedFlags(settings: SettingsOf<"export">): string[] {
  const { format = "peft" } = settings;
  const foreign = format === "peft" ? (["base", "drop-head", "dtype"] as const) : (["keep-head"] as const);
  const why =
    format === "peft" ? "without --format gguf" : "with --format gguf, which has no place for a head";
  return foreign
    .filter((flag) => settings[flag] !== undefined)
    .map((flag) => `--${flag} must be left out ${why}`);
}

async function exportPeft(
  name: string,
  { out, force = false, "keep-head": keepHeads = false }: SettingsOf<"export">,
  output: Output,
): Promise<number> {
  checkOutputFolder(out, { force });
  const folder = await resolveAdapterPath(name, output);
  const adapter = readAdapter(folder);
  const portable = portableAdapter(adapter, { keepHeads });
  writeFolder(out, { force, sources: [folder] }, (temporary) => writePeftAdapter(temporary, portable));

  const layers = [...portable.layers.values()];
  const sizePerRank = layers.reduce((sum, { loraA, loraB }) => sum + loraA.shape[1] + loraB.shape[0], 0);
  const exported: ExportedPeft = {
    adapter: name,
    out,
    rank: portable.rank,
    droppedHeads: portable.heads.size === 0 ? [...adapter.heads.keys()] : [],
    consumers: consumerWarnings(portable),
    vllmRank: vllmRankNote([portable.rank], sizePerRank) ?? null,
  };
  output.document(exported);
  print(exported, layers.length, output);
  return exitCode.done;
}

interface ExportedPeft {
  readonly adapter: string;
  readonly out: string;
  readonly rank: number;
  readonly droppedHeads: readonly string[];
  readonly consumers: readonly ConsumerWarning[];
  readonly vllmRank: string | null;
}

function print(exported: ExportedPeft, layers: number, output: Output): void {
  const { out, rank, droppedHeads, consumers, vllmRank } = exported;
  output.say(
    `The portable form is in ${out}: rank ${rank} on ${counted(layers, "layer")}, alpha = rank, the scaling in B.`,
  );
  if (droppedHeads.length > 0) {
    output.say(
      `Left out, because most programs refuse it: the trained head ${droppedHeads.join(", ")}. ` +
        "Without it a classifier cannot answer; --keep-head keeps it, and lorank merge puts it into a model.",
    );
  }
  if (vllmRank !== null) output.say(vllmRank);
  output.print();
  printWarnings(consumers, output);
}
