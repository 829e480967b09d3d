import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spectrumOf } from "@lorank/core/spectrum";
import { assertFinite, type Target } from "../../../scripts/attack/attack.ts";
import {
  type Case,
  corpusIn,
  fileOriginal,
  filesWithin,
  generated,
  original,
} from "../../../scripts/attack/corpus.ts";
import {
  eitherOf,
  mutatedBytes,
  mutatedJson,
  mutatedLetters,
  mutatedNumbers,
  mutatedTexts,
  type Random,
} from "../../../scripts/attack/mutate.ts";
import { readSafetensors } from "../src/files/safetensors-file.ts";
import { mergeAdapter, readPeftAdapter } from "../src/files.ts";
import { GgufCursor } from "../src/gguf/cursor.ts";
import { readGgufHeader } from "../src/gguf/header.ts";
import { fetchListing } from "../src/hub/listing.ts";
import type { Transport } from "../src/hub/transport.ts";
import { layerScaling, modelConfig, modelSource, modelWeights, parsePeftAdapter } from "../src/index.ts";
import { parseSafetensorsHeader } from "../src/safetensors/header.ts";
import { fixture } from "./helpers/fixture.ts";
import { array, rawGguf } from "./helpers/gguf-bytes.ts";
import { rawSafetensors } from "./helpers/raw-safetensors.ts";

/** Weight files, adapters and what a hub answers. */
export function fileTargets(folder: string): readonly Target[] {
  return [safetensors, ggufHeader, ggufModel, peftAdapter, adapterWeights(folder), hubListing];
}

const corpus = (name: string, expected: Readonly<Record<string, string>>): Case[] =>
  corpusIn(fixture(`../corpus/${name}`), expected);

/** All tensors of a header that is read lie in the file, so whoever allocates what it says allocates less than that. */
function assertWithin(
  tensors: ReadonlyMap<string, { byteOffset: number; byteLength: number; shape: readonly number[] }>,
  fileSize: number,
): void {
  let held = 0;
  for (const [name, { byteOffset, byteLength, shape }] of tensors) {
    held += byteLength;
    const isSound = byteOffset >= 8 && byteOffset + byteLength <= fileSize && held < fileSize;
    if (!isSound || !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
      throw new Error(`tensor ${name} [${shape}] is at ${byteOffset}, ${byteLength} bytes of ${fileSize}`);
  }
}

const safetensors: Target = {
  name: "safetensors",
  originals: filesWithin(fixture(""), ".safetensors").filter(({ load }) => load().length < 3000),
  corpus: [
    ...corpus("safetensors", {
      "header-of-proto.safetensors": "accepted",
      "header-of-spaces.safetensors": "E_SAFETENSORS",
      "key-twice.safetensors": "E_SAFETENSORS",
      "nested.safetensors": "E_SAFETENSORS",
      "overlapping.safetensors": "E_SAFETENSORS",
    }),
    ...Object.entries({
      "1.9 million entries": () => `{${Array.from({ length: 1_900_000 }, (_, i) => `"${i}":0`)}}`,
      "8 million empty lists": () => `{"a":[[]${",[]".repeat(8_000_000)}]}`,
      "12 million sizes": () => `{"a":{"shape":[0${",0".repeat(12_000_000)}]}}`,
    }).map(([name, header]) =>
      generated(name, "E_SAFETENSORS", () => Buffer.from(rawSafetensors(header(), 4))),
    ),
  ],
  mutate: eitherOf(mutatedBytes, mutatedHeader),
  read: (mutant) => {
    assertWithin(parseSafetensorsHeader(mutant, mutant.length).tensors, mutant.length);
  },
};

/** A header that says the same in another order, or of other names and shapes, or else whatever JSON makes of it. */
function mutatedHeader(bytes: Buffer, random: Random): Buffer {
  const end = 8 + Number(bytes.readBigUInt64LE());
  const [text, data] = [bytes.subarray(8, end), bytes.subarray(end)];
  const action = random.below(4);
  let entries: [string, unknown][];
  try {
    if (action === 0) return Buffer.from(rawSafetensors(mutatedJson(text, random).toString(), data));
    entries = Object.entries(JSON.parse(text.toString()));
  } catch {
    return mutatedBytes(bytes, random); // a file of the corpus, whose header is no JSON
  }
  const entry = random.of(entries);
  const shape = (entry?.[1] as { shape?: unknown } | null | undefined)?.shape;
  if (action === 1 || entry === undefined) entries.sort(() => random.below(3) - 1);
  else if (action === 2)
    entry[0] = random.of(["", "__proto__", "constructor", "\u001b[2J", "é", "a".repeat(300)]);
  else if (Array.isArray(shape)) shape.splice(random.below(shape.length + 1), 0, random.of([1, 1, 1, 0, 2]));
  return Buffer.from(rawSafetensors(JSON.stringify(Object.fromEntries(entries)), data));
}

const ggufCorpus = corpus("gguf", {
  "huge-counts.gguf": "E_GGUF", // 100 bytes that announce 2^63 keys and tensors
  "huge-dimensions.gguf": "E_GGUF", // whose product is 0 in 64 bits
  "huge-list.gguf": "E_GGUF",
  "huge-string.gguf": "E_GGUF",
  "list-in-list.gguf": "E_GGUF",
  "offset-behind-the-end.gguf": "E_GGUF",
});
const ggufs = filesWithin(fixture("gguf/families"), ".gguf");

const ggufHeader: Target = {
  name: "GGUF header",
  // Of a header's own bytes, not of the tensors behind: those say nothing to its reader.
  originals: [
    fileOriginal(fixture("gguf/types.gguf")),
    ...ggufs,
    ...filesWithin(fixture("gguf/tokenizers"), ".gguf"),
  ],
  corpus: [
    ...ggufCorpus,
    generated("2 million booleans", "E_GGUF", () =>
      rawGguf({ metadata: [["a", array(7, Buffer.alloc(2_000_000), 2_000_000)]] }),
    ),
    generated("100,001 tensors", "E_GGUF", () =>
      rawGguf({ tensors: Array.from({ length: 100_001 }, (_, i) => [`${i}`, { dimensions: [1] }]) }),
    ),
  ],
  mutate: eitherOf(mutatedBytes, mutatedLetters),
  read: (mutant) => {
    const read = (offset: number, length: number) => mutant.subarray(offset, offset + length);
    assertWithin(readGgufHeader(new GgufCursor(read, mutant.length, "model.gguf")).tensors, mutant.length);
  },
};

const ggufModel: Target = {
  name: "GGUF model",
  originals: ggufs,
  corpus: ggufCorpus,
  mutate: eitherOf(mutatedBytes, mutatedLetters),
  read: (mutant) => {
    const model = modelSource("model.gguf", new Map([["model.gguf", mutant]]));
    const { tensors, readFloat32 } = modelWeights(model);
    assertFinite(modelConfig(model).config);
    const [name] = tensors.keys();
    if (name === undefined) return;
    const { shape } = tensors.get(name)!;
    const { length } = readFloat32(name);
    if (length !== shape.reduce((a, b) => a * b, 1))
      throw new Error(`${name} [${shape}] has ${length} values`);
  },
};

const adapters = ["merge/gpt2-dora", "merge/llama-patterns", "merge/roberta-head"].map((name) => ({
  name,
  base: fixture(`${name}/base`),
  config: fixture(`${name}/adapter/adapter_config.json`),
  weights: fixture(`${name}/adapter/adapter_model.safetensors`),
}));
type AdapterFiles = (typeof adapters)[number];
const tensorsOf = new Map(adapters.map(({ name, weights }) => [name, readSafetensors(weights)]));

/** The ranks of an adapter that is read are those of its matrices, and its scalings are finite. */
const peftAdapter: Target = {
  name: "PEFT adapter",
  originals: adapters.map(({ name, config }) => original(name, () => readFileSync(config))),
  corpus: corpus("adapter", {
    "alpha-of-1e308.json": "E_PEFT",
    "nested-bounds.json": "E_PEFT",
    "no-number.json": "E_JSON",
    "null.json": "E_JSON",
    "pattern-of-pluses.json": "accepted", // (a+)+$, which takes for ever by backtracking
    "proto.json": "accepted",
  }),
  mutate: mutatedJson,
  read: (mutant, name) => {
    const adapter = parsePeftAdapter(mutant.toString(), tensorsOf.get(name)!);
    for (const [path, { loraA, loraB }] of adapter.layers) {
      const [rank] = loraA.shape;
      const scaling = layerScaling(adapter, path);
      if (loraB.shape[1] !== rank || !(scaling >= 0) || !Number.isFinite(scaling))
        throw new Error(`${path} has ranks ${rank} and ${loraB.shape[1]}, scaling ${scaling}`);
    }
  },
};

/** An adapter whose numbers are not finite has no spectrum and is not merged; of any other all figures and merged weights are finite. */
function adapterWeights(folder: string): Target {
  const own = join(folder, "adapter");
  const out = join(folder, "merged");
  mkdirSync(own);
  return {
    name: "adapter weights",
    originals: adapters.map(({ name, weights }) => original(name, () => readFileSync(weights))),
    mutate: (bytes, random) => mutatedNumbers(bytes, random, 8 + Number(bytes.readBigUInt64LE())),
    read: (mutant, name) => {
      const { base, config } = adapters.find((each) => each.name === name) as AdapterFiles;
      writeFileSync(join(own, "adapter_config.json"), readFileSync(config));
      writeFileSync(join(own, "adapter_model.safetensors"), mutant);
      const adapter = readPeftAdapter(own);
      for (const [path, layer] of adapter.layers)
        assertFinite(spectrumOf({ ...layer, scaling: layerScaling(adapter, path) }));
      mergeAdapter({ base, adapter, out });
      for (const { name: file } of filesWithin(out, ".safetensors"))
        for (const [tensor, { data }] of readSafetensors(file)) assertFinite(data, tensor);
      rmSync(out, { recursive: true });
    },
    // It merges and writes a whole model.
    slowness: 3,
  };
}

const commit = "0123456789abcdef0123456789abcdef01234567";
const asked = {
  ...{ id: "org/model", repo: "org/model", revision: "main" },
  ...{ endpoint: "https://hub.example", tokenSource: undefined },
};

/** A file of a list that is read has a size, a digest, and a name that leads out of no folder. */
const hubListing: Target = {
  name: "hub listing",
  originals: [
    original("three files", () =>
      Buffer.from(
        JSON.stringify({
          sha: commit,
          siblings: [
            { rfilename: "config.json", size: 600, blobId: commit },
            { rfilename: "onnx/model.onnx", size: 4, blobId: commit },
            {
              ...{ rfilename: "model.safetensors", size: 1e9, blobId: commit },
              lfs: { sha256: "ab".repeat(32), size: 1e9, pointerSize: 135 },
            },
          ],
        }),
      ),
    ),
  ],
  corpus: corpus("hub", { "null.json": "E_HUB", "upwards.json": "E_HUB", "proto.json": "accepted" }),
  mutate: eitherOf(mutatedJson, mutatedTexts),
  read: async (mutant) => {
    const reply = { status: 200, header: () => undefined, discard: () => {} };
    const get = async () => ({ ...reply, body: (async function* () { yield mutant; })() }); // biome-ignore format: one line
    const listing = await fetchListing({ get, close: async () => {} } as Transport, asked);
    for (const name of listing.names) {
      const { bytes, etag } = listing.file(name);
      if (!Number.isSafeInteger(bytes) || bytes < 0 || !/^[0-9a-f]{40,64}$/.test(etag) || name.includes(".."))
        throw new Error(`${name} has ${bytes} bytes and is named ${etag}`);
    }
  },
};
