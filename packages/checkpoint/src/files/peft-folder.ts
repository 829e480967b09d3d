import { rmSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import type { PeftAdapter } from "../peft/adapter.ts";
import { classNamesProblem, id2label } from "../peft/class-names.ts";
import { peftConfigText } from "../peft/config.ts";
import { type AdapterParts, matchesModule, peftTensors } from "../peft/keys.ts";
import { modelCard } from "../peft/model-card.ts";
import { safetensorsByteLength, writeSafetensors } from "../safetensors/encode.ts";
import { listed, quoted, shown } from "../text.ts";
import { syncFolder, writeFileAtomic } from "./atomic-file.ts";
import { makeFolder } from "./make-folder.ts";
import { npmPackageOf } from "./npm-package.ts";
import type { Shaped, Tensor } from "./safetensors-file.ts";

export const ADAPTER_CONFIG = "adapter_config.json";
export const ADAPTER_WEIGHTS = "adapter_model.safetensors";
/** Not a member of adapter_config.json: PEFT warns of members that it does not know. */
export const ADAPTER_CLASSES = "id2label.json";
const METADATA = { format: "pt" };

/**
 * Writes an adapter as PEFT's save_pretrained() does: `adapter_model.safetensors`, `adapter_config.json` and a short
 * `README.md`; beside them the class names of a classifier, as `id2label.json`. Creates the folder. The config is
 * written last and removed first, so a folder that has one is whole.
 *
 * @throws InputError E_RANK when rank is not a positive integer (PEFT knows no rank 0), E_PEFT listing all layers that
 *   do not fit; then nothing is written.
 */
export function writePeftAdapter(folder: string, adapter: PeftAdapter): void {
  assertAdapter(adapter);
  makeFolder(folder);
  rmSync(join(folder, ADAPTER_CONFIG), { force: true });
  syncFolder(folder);
  writeSafetensors(join(folder, ADAPTER_WEIGHTS), peftTensors<Tensor>(adapter), METADATA);
  writeFileAtomic(join(folder, "README.md"), modelCard(adapter, npmPackageOf(adapter.baseModel)));
  writeClassNames(join(folder, ADAPTER_CLASSES), adapter.classNames);
  writeFileAtomic(join(folder, ADAPTER_CONFIG), peftConfigText(adapter));
}

/** Size in bytes of `adapter_model.safetensors`, without writing it. For rank 0, the size of a file of the heads. */
export function peftAdapterBytes(adapter: AdapterParts<Shaped>): number {
  return safetensorsByteLength(peftTensors<Shaped>(adapter), METADATA);
}

function writeClassNames(path: string, names: readonly string[] | undefined): void {
  // What lies there may be of an adapter that is replaced.
  if (names === undefined) rmSync(path, { force: true });
  else writeFileAtomic(path, `${JSON.stringify(id2label(names), null, 2)}\n`);
}

function assertAdapter(adapter: PeftAdapter): void {
  const { rank, alpha, dora, layers, heads, targetModules } = adapter;
  if (!Number.isSafeInteger(rank) || rank < 1) {
    throw new InputError("E_RANK", `rank must be a positive integer, got ${rank}`);
  }
  const problems: string[] = [];
  const positive = (number: number) => Number.isFinite(number) && number > 0;
  if (!positive(alpha)) problems.push(`alpha must be a positive number, got ${alpha}`);
  if (layers.size === 0) problems.push("layers must not be empty");
  for (const [path, { loraA, loraB, magnitude, ...own }] of layers) {
    if (!targetModules.some((module) => matchesModule(path, module))) {
      problems.push(`layer ${quoted(path)} must be among targetModules, got ${shown(targetModules)}`);
    }
    const [out, ownRank] = loraB.shape;
    if (!isFull(loraA) || loraA.shape[0] < 1) problems.push(misfit(path, "loraA", "[rank, in]", loraA));
    if (!isFull(loraB) || ownRank !== loraA.shape[0])
      problems.push(misfit(path, "loraB", `[out, ${loraA.shape[0]}]`, loraB));
    if (!positive(own.alpha))
      problems.push(`alpha of ${quoted(path)} must be a positive number, got ${own.alpha}`);
    if (magnitude?.length !== (dora ? out : undefined)) {
      const rule = dora ? `have ${out} elements under dora` : "be absent without dora";
      problems.push(`magnitude of ${quoted(path)} must ${rule}, got ${magnitude?.length ?? "none"}`);
    }
  }
  for (const [name, head] of heads) {
    if (!isFull(head)) problems.push(misfit(name, "head", shown(head.shape), head));
    if (!/^[^.].*\.[^.]+$/.test(name))
      problems.push(`head ${quoted(name)} must be named <module>.<parameter>`);
  }
  const misnamed = classNamesProblem(adapter);
  if (misnamed !== undefined) problems.push(misnamed);
  if (problems.length > 0) throw new InputError("E_PEFT", listed(problems));
}

function isFull({ shape, data }: Tensor): boolean {
  return shape.reduce((product, size) => product * size, 1) === data.length;
}

function misfit(path: string, part: string, form: string, { shape, data }: Tensor): string {
  return `${part} of ${quoted(path)} must have shape ${form}, got ${shown(shape)} with ${data.length} elements`;
}
