import { InputError } from "@lorank/core";
import type { NamedFile } from "../protocol.ts";

const HUB = "https://huggingface.co";
const OPTIONAL = ["tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"];
const INDEX = "model.safetensors.index.json";

/**
 * The files of a model on the hub, at its main branch. The browser may have no network, or the hub may be barred.
 *
 * @throws InputError `E_HUB` for an id that is none, or a model without safetensors.
 */
export async function hubFiles(id: string, say: (text: string) => void): Promise<NamedFile[]> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(id))
    throw new InputError(
      "E_HUB",
      `the id must be like HuggingFaceTB/SmolLM2-135M, got ${JSON.stringify(id)}`,
    );
  const files: NamedFile[] = [];
  const take = async (name: string): Promise<Blob | undefined> => {
    say(`Loading ${name} of ${id} from the hub`);
    const file = await download(`${HUB}/${id}/resolve/main/${name}`);
    if (file !== undefined) files.push({ name, file: new File([file], name) });
    return file;
  };
  const need = async (name: string): Promise<Blob> => {
    const file = await take(name);
    if (file === undefined)
      throw new InputError("E_HUB", `${id} must hold ${name}, got none, or no leave to read it`);
    return file;
  };
  await need("config.json");
  await need("tokenizer.json");
  for (const name of OPTIONAL) await take(name);
  const index = await take(INDEX);
  if (index === undefined) await need("model.safetensors");
  else for (const shard of shardsOf(await index.text())) await need(shard);
  return files;
}

function shardsOf(index: string): string[] {
  const { weight_map: map = {} } = JSON.parse(index) as { weight_map?: Record<string, string> };
  return [...new Set(Object.values(map))];
}

/** Undefined where the hub has no such file for everybody. */
async function download(url: string): Promise<Blob | undefined> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new InputError(
      "E_HUB",
      "the hub could not be reached from this page: no network, or it is barred",
      { cause },
    );
  }
  if (response.status === 401 || response.status === 403 || response.status === 404) return undefined;
  if (!response.ok) throw new InputError("E_HUB", `the hub said ${response.status} for ${url}`);
  return response.blob();
}
