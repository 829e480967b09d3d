import { type ModelSource, modelSource } from "@lorank/checkpoint";
import { InputError, wholeNumber } from "@lorank/core";
import { emailSplits } from "@lorank/starter/email-splits";
import type { ReadData } from "@lorank/tables";
import type { LabelledParts } from "@lorank/train/browser";
import type { DataChoice, ModelChoice, NamedFile, Saved } from "../protocol.ts";
import { asset, unpackedText } from "./asset.ts";
import type { Store } from "./store.ts";

const STARTER_FILES = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];

/** Data limit in bytes: a table takes several times its size, and browsers end a tab at 4 GB. */
const MOST_DATA_BYTES = 100e6;

type Kept = Pick<Saved, "dataName" | "dataFiles" | "modelName" | "modelFiles">;

/** Copies data and model for later visits. Earlier copies stay until the comparison is saved. */
export async function keepInputs(
  store: Store,
  data: DataChoice,
  model: ModelChoice,
  before: Saved | undefined,
  say: (text: string) => void,
): Promise<Kept> {
  return { ...(await keepData(store, data, before)), ...(await keepModel(store, model, before, say)) };
}

async function keepData(
  store: Store,
  data: DataChoice,
  before: Saved | undefined,
): Promise<Pick<Kept, "dataName" | "dataFiles">> {
  if (data.kind === "kept") return { dataName: before?.dataName, dataFiles: before?.dataFiles };
  if (data.kind === "e-mails") return {};
  const { file } = data;
  if (file.size > MOST_DATA_BYTES)
    throw new InputError(
      "E_DATA",
      `${file.name} must have at most ${megabytes(MOST_DATA_BYTES)} in a browser tab, got ${megabytes(file.size)}\n` +
        "Choose a file with fewer rows, or use the command line, which reads larger ones.",
    );
  return { dataName: file.name, dataFiles: await store.put("data", [{ name: file.name, file }]) };
}

async function keepModel(
  store: Store,
  model: ModelChoice,
  before: Saved | undefined,
  say: (text: string) => void,
): Promise<Pick<Kept, "modelName" | "modelFiles">> {
  if (model.kind === "kept") return { modelName: before?.modelName, modelFiles: before?.modelFiles };
  if (model.kind === "starter") return {};
  const files = model.kind === "folder" ? modelFilesOf(model.files) : await hubFiles(model.id, say);
  const modelName = model.kind === "folder" ? model.name : model.id;
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const modelFiles = await store.put("model", files, (bytes) =>
    say(`Copying ${modelName} into this browser's storage: ${megabytes(bytes)} of ${megabytes(total)}`),
  );
  return { modelName, modelFiles };
}

/** Files in a picked folder from which a model is read. */
function modelFilesOf(files: readonly NamedFile[]): NamedFile[] {
  const read = files.filter(({ name }) => /\.(safetensors|gguf|json|jinja)$/.test(name));
  const ggufs = read.filter(({ name }) => name.endsWith(".gguf"));
  if (ggufs.length === 1 && files.length === 1) return ggufs;
  if (!read.some(({ name }) => name === "config.json"))
    throw new InputError(
      "E_FILE",
      `the folder must hold config.json, tokenizer.json and model.safetensors, or be one .gguf file, got ${
        files
          .slice(0, 8)
          .map(({ name }) => name)
          .join(", ") || "no files"
      }`,
    );
  return read;
}

/** Saved comparison without incomplete copies; it then waits for a person. */
export async function wholeInputs(
  store: Store,
  saved: Saved,
): Promise<{ readonly saved: Saved; readonly problem?: string }> {
  const { dataName, dataFiles, modelName, modelFiles, ...rest } = saved;
  const hasData = dataFiles === undefined || (await store.hasAll(dataFiles));
  const hasModel = modelFiles === undefined || (await store.hasAll(modelFiles));
  if (hasData && hasModel) return { saved };
  const lost = [...(hasData ? [] : [dataName]), ...(hasModel ? [] : [modelName])].join(" and ");
  return {
    saved: {
      ...rest,
      ...(hasData && { dataName, dataFiles }),
      ...(hasModel && { modelName, modelFiles }),
      state: "stopped",
    },
    problem: `This browser no longer has all bytes of ${lost}. Choose the file again.`,
  };
}

export async function openModel(
  store: Store,
  { modelName, modelFiles }: Kept,
): Promise<{ readonly model: string; readonly source: ModelSource }> {
  if (modelName === undefined || modelFiles === undefined) {
    const files = new Map<string, Uint8Array>();
    for (const name of STARTER_FILES) files.set(name, await asset(`starter/${name}`));
    return { model: "starter", source: modelSource("starter", files) };
  }
  return { model: modelName, source: modelSource(modelName, await store.modelFiles(modelFiles)) };
}

/** Comparison data, and a reader for the bytes. */
export async function openData(
  store: Store,
  { dataName, dataFiles }: Kept,
): Promise<{ readonly data: string | LabelledParts; readonly readData: ReadData }> {
  const readData: ReadData = async () => store.bytes(dataFiles!);
  if (dataName !== undefined) return { data: dataName, readData };
  const text = await unpackedText(await asset("spam-assassin.jsonl.gz"));
  return { data: { name: "spam-assassin", ...emailSplits(text) }, readData };
}

function megabytes(bytes: number): string {
  return `${wholeNumber(Math.ceil(bytes / 1e6))} MB`;
}

const HUB = "https://huggingface.co";
const OPTIONAL = ["tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"];
const INDEX = "model.safetensors.index.json";

/**
 * Model files on the hub's main branch.
 *
 * @throws `E_HUB` for an invalid id, no access to the hub, or a model without safetensors.
 */
async function hubFiles(id: string, say: (text: string) => void): Promise<NamedFile[]> {
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

/** Downloads a file; undefined where the hub has no such public file. */
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
