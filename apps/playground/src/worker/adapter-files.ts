import { modelSource, type PeftAdapter, parsePeftAdapter, safetensorsIn } from "@lorank/checkpoint";

/** Reads the two files of a PEFT adapter. @throws InputError E_ADAPTER for a damaged one. */
export function adapterIn(files: ReadonlyMap<string, Uint8Array>): PeftAdapter {
  const file = safetensorsIn(modelSource("adapter", files).open("adapter_model.safetensors"));
  const tensors = [...file.tensors].map(
    ([name, { shape }]) => [name, { shape, data: file.readFloat32(name) }] as const,
  );
  const config = new TextDecoder().decode(files.get("adapter_config.json"));
  return parsePeftAdapter(config, new Map(tensors));
}
