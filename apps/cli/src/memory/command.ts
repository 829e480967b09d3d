import { writeFileAtomic } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import { memoryBars } from "@lorank/core/memory";
import { exitCode } from "../exit-codes.ts";
import { assertOutFile } from "../out-file.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import type { RawFlags } from "../settings/read.ts";
import { listBuiltInModels } from "./built-in-models.ts";
import { type MemoryChoices, memoryChoices } from "./choices.ts";
import { memoryDocument } from "./document.ts";
import { engineAnswer } from "./engine.ts";
import { answer, type MemoryAnswer } from "./estimate.ts";
import { engineProfile, readMemoryFlags } from "./flags.ts";
import { maxPositionsOf, readConfig } from "./model-config.ts";
import { whatIsNamed } from "./named.ts";
import { printAnswer } from "./print.ts";
import { engineDocument, printEngineAnswer } from "./print-engine.ts";

/** Runs `lorank memory` and returns what to exit with. */
export async function runMemoryCommand(
  argument: string | undefined,
  flags: OutputFlags & RawFlags,
): Promise<number> {
  const output = createOutput(flags);
  if (flags.list === true) {
    listBuiltInModels(output);
    return exitCode.done;
  }
  const typed = readMemoryFlags(flags);
  const { svg } = typed;
  if (svg !== undefined) assertOutFile(svg, "--svg");
  const named = whatIsNamed(argument, typed.config);
  const { name, config, builtIn } = await readConfig(named.model, flags);
  const maxPositions = maxPositionsOf(config);
  if (typed.profile === engineProfile) {
    if (svg !== undefined)
      throw new InputError("E_CONFIG", `--svg must be left out with --profile ${engineProfile}`);
    const answered = await engineAnswer(config, typed, { maxPositions, builtIn });
    output.document(engineDocument(name, answered));
    if (!output.json) printEngineAnswer(output, name, answered);
    return exitCode.done;
  }
  const choices = memoryChoices(typed, { maxPositions, given: named.training?.config });
  const answered = answer(config, choices, maxPositions);
  if (svg !== undefined) writeFileAtomic(svg, picture(name, choices, answered));
  output.document({ ...memoryDocument(name, named, choices, answered), ...(svg !== undefined && { svg }) });
  if (!output.json) printAnswer(output, name, named, choices, answered);
  if (svg !== undefined) output.print(`\nPicture: ${svg}`);
  return exitCode.done;
}

function picture(name: string, { profile, gpu }: MemoryChoices, { rows }: MemoryAnswer): string {
  const limit = gpu && { label: gpu.text, bytes: gpu.bytes };
  return memoryBars(rows, { title: `${name}, profile ${profile.name}`, ...(limit && { limit }) });
}
