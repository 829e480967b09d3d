import { fileURLToPath } from "node:url";
import { openSafetensors, type SafetensorsFile } from "@lorank/checkpoint/files";

const models = ["llama", "bert", "gpt2"] as const;
type Model = (typeof models)[number];

/** What transformers has saved in 4 bits, by scripts/reference/nf4_checkpoint_fixture.py. */
export interface SavedModel {
  readonly model: Model;
  readonly format: "nf4" | "fp4";
  readonly doubleQuant: boolean;
  readonly title: string;
}

export const saved: readonly SavedModel[] = models.flatMap((model) =>
  (["nf4", "fp4"] as const).flatMap((format) =>
    [false, true].map((doubleQuant) => ({
      model,
      format,
      doubleQuant,
      title: `${model} in ${format}${doubleQuant ? "-double" : ""}`,
    })),
  ),
);

export function open({ title }: SavedModel): SafetensorsFile {
  return openFixture(title.replace(" in ", "/"));
}

/** The model before it was quantised. */
export function openFloat({ model }: SavedModel): SafetensorsFile {
  return openFixture(`${model}/float`);
}

function openFixture(folder: string): SafetensorsFile {
  return openSafetensors(
    fileURLToPath(new URL(`./fixtures/checkpoints/${folder}/model.safetensors`, import.meta.url)),
  );
}

/** The weight that was quantised, in the orientation in which it was: a Conv1D's is transposed. */
export function original(file: SafetensorsFile, name: string, shape: readonly number[]): Float32Array {
  const values = file.readFloat32(name);
  const [rows, columns] = file.tensors.get(name)!.shape as [number, number];
  if (rows === shape[0] && !/\.c_(attn|proj|fc)\./.test(name)) return values;
  return values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
}
