import type { AddedToken } from "./added-tokens.ts";
import { flatten, type Json, QWEN2 } from "./json.ts";

/** A tokenizer's parts as transformers puts them together from a model's files. */
export interface LoadedTokenizer {
  readonly model: Json;
  readonly normalizer: unknown;
  readonly preTokenizer: unknown;
  readonly postProcessor: unknown;
  /** The steps from tokens to text. */
  readonly decoder: unknown;
  readonly addedTokens: readonly AddedToken[];
  /** `bos_token`, `eos_token` and the like, and what they are called in texts. */
  readonly specialTokens: Readonly<Record<string, string>>;
}

const NAMED = "bos_token eos_token unk_token sep_token pad_token cls_token mask_token".split(" ");

/**
 * Puts a tokenizer together from `tokenizer.json` and `tokenizer_config.json` as AutoTokenizer of transformers 5 does.
 * Some classes take the vocabulary and the merges alone, and have a normaliser and a pre-tokeniser of their own. Tokens
 * that the configuration names and the file does not list are added.
 */
export function asLoaded(json: Json, config: Json, modelType: string | undefined): LoadedTokenizer {
  const kind = classOf(json, config, modelType);
  const base = kind === null ? null : rebuilt(kind, json, config);
  const specialTokens = namedTokens(kind, config);
  return {
    model: base?.model ?? (json.model as Json),
    normalizer: base === null ? json.normalizer : base.normalizer,
    preTokenizer: base === null ? json.pre_tokenizer : base.preTokenizer,
    postProcessor: base?.postProcessor ?? json.post_processor,
    decoder: base === null ? json.decoder : base.decoder,
    addedTokens: addedTokens(json, config, kind, specialTokens),
    specialTokens,
  };
}

function namedTokens(kind: RebuiltClass | null, config: Json): Record<string, string> {
  const tokens: Record<string, string> = { ...kind?.tokens };
  for (const key of NAMED) {
    const content = contentOf(config[key]);
    if (content !== null) tokens[key] = content;
    else if (config[key] === null) delete tokens[key];
  }
  return tokens;
}

/** The tokens that are found in the text itself, each with the id it has there. */
function addedTokens(
  json: Json,
  config: Json,
  kind: RebuiltClass | null,
  named: Readonly<Record<string, string>>,
): AddedToken[] {
  const vocabulary = vocabularyOf(json.model as Json);
  const found = new Map<string, AddedToken>();
  let free = vocabulary.size;
  const add = (token: Json, id: number | undefined): void => {
    const content = String(token.content);
    const known = vocabulary.get(content) ?? found.get(content)?.id ?? id ?? free;
    free = Math.max(free, known + 1);
    const special = token.special === true;
    found.set(content, {
      id: known,
      content,
      special,
      normalized: typeof token.normalized === "boolean" ? token.normalized : !special,
      lstrip: token.lstrip === true,
      rstrip: token.rstrip === true,
      singleWord: token.single_word === true,
    });
  };
  const fromConfig = decoderOf(config.added_tokens_decoder);
  if (kind === null || fromConfig === null) {
    for (const token of listOf(json.added_tokens)) add(token, token.id as number);
  }
  for (const [id, token] of fromConfig ?? []) add(token, id);
  const more = listOf(config.extra_special_tokens ?? config.additional_special_tokens);
  for (const token of [...Object.values(named).map((content) => ({ content })), ...more]) {
    const content = contentOf(token);
    if (content !== null && !found.has(content)) {
      add({ ...(typeof token === "object" ? token : {}), content, special: true }, undefined);
    }
  }
  return [...found.values()];
}

/** Tokens with their ids, in the vocabulary of any kind of model. */
export function vocabularyOf(model: Json): Map<string, number> {
  const { vocab } = model;
  if (Array.isArray(vocab)) return new Map(vocab.map(([token]: [string], id) => [token, id]));
  return new Map(Object.entries((vocab ?? {}) as Record<string, number>));
}

/** `"<s>"`, or `{ "content": "<s>", … }`. */
function contentOf(token: unknown): string | null {
  const content =
    typeof token === "object" && token !== null ? (token as { content?: unknown }).content : token;
  return typeof content === "string" ? content : null;
}

/** In the order of the ids: JavaScript keeps keys that are whole numbers so. */
function decoderOf(decoder: unknown): [number, Json][] | null {
  if (typeof decoder !== "object" || decoder === null) return null;
  return Object.entries(decoder as Record<string, Json>).map(([id, token]) => [Number(id), token]);
}

function listOf(value: unknown): (Json & { readonly content: string })[] {
  if (typeof value !== "object" || value === null) return [];
  const list = Array.isArray(value) ? value : Object.values(value);
  return list.flatMap((token: unknown) => {
    const content = contentOf(token);
    return content === null ? [] : [{ ...(typeof token === "object" ? token : {}), content }];
  });
}

/** A tokenizer class of transformers 5 that keeps a file's vocabulary and builds the rest itself. */
interface RebuiltClass {
  readonly name: string;
  /** The kind of model it holds; a file with another is taken as it is. */
  readonly model: "BPE" | "WordPiece";
  /** The special tokens it has unless the configuration says otherwise. */
  readonly tokens: Readonly<Record<string, string>>;
}

interface RebuiltParts {
  readonly model: Json;
  readonly normalizer: object | null;
  readonly preTokenizer: object;
  readonly postProcessor?: object;
  readonly decoder: object;
}

const CLASSES: readonly RebuiltClass[] = [
  {
    name: "LlamaTokenizer",
    model: "BPE",
    tokens: { unk_token: "<unk>", bos_token: "<s>", eos_token: "</s>" },
  },
  {
    name: "GemmaTokenizer",
    model: "BPE",
    tokens: {
      unk_token: "<unk>",
      bos_token: "<bos>",
      eos_token: "<eos>",
      pad_token: "<pad>",
      mask_token: "<mask>",
    },
  },
  {
    name: "Qwen2Tokenizer",
    model: "BPE",
    tokens: { unk_token: "<|endoftext|>", eos_token: "<|endoftext|>", pad_token: "<|endoftext|>" },
  },
  {
    name: "GPT2Tokenizer",
    model: "BPE",
    tokens: { unk_token: "<|endoftext|>", bos_token: "<|endoftext|>", eos_token: "<|endoftext|>" },
  },
  {
    name: "RobertaTokenizer",
    model: "BPE",
    tokens: {
      bos_token: "<s>",
      eos_token: "</s>",
      sep_token: "</s>",
      cls_token: "<s>",
      unk_token: "<unk>",
      pad_token: "<pad>",
      mask_token: "<mask>",
    },
  },
  ...["BertTokenizer", "DistilBertTokenizer"].map((name): RebuiltClass => {
    const tokens = {
      unk_token: "[UNK]",
      sep_token: "[SEP]",
      pad_token: "[PAD]",
      cls_token: "[CLS]",
      mask_token: "[MASK]",
    };
    return { name, model: "WordPiece", tokens };
  }),
];

/** The class that transformers 5 has for a `model_type`; null: the file as it is, whatever class it names. */
const REGISTERED: Readonly<Record<string, string | null>> = {
  bert: "BertTokenizer",
  distilbert: "BertTokenizer",
  gemma: "GemmaTokenizer",
  gemma2: "GemmaTokenizer",
  gemma3: "GemmaTokenizer",
  gemma3_text: "GemmaTokenizer",
  gpt2: "GPT2Tokenizer",
  mistral: null,
  phi3: null,
  qwen2: "Qwen2Tokenizer",
  qwen3: "Qwen2Tokenizer",
  roberta: "RobertaTokenizer",
};

/**
 * The class that AutoTokenizer picks, or null where the file is taken as it is.
 *
 * Source: `AutoTokenizer.from_pretrained` of transformers 5.24. The class that `tokenizer_config.json` names wins over
 * the registered one, but for qwen2, whose models name wrong ones.
 */
function classOf(json: Json, config: Json, modelType: string | undefined): RebuiltClass | null {
  const registered = REGISTERED[modelType ?? ""];
  const declared =
    typeof config.tokenizer_class === "string" ? config.tokenizer_class.replace(/Fast$/, "") : undefined;
  if (registered === null) return null;
  if (declared === "LlamaTokenizer" && modelType !== "qwen2" && spellsBytes(json)) return null;
  const name = declared === undefined || modelType === "qwen2" ? registered : declared;
  const found = CLASSES.find((kind) => kind.name === name);
  return found !== undefined && (json.model as Json).type === found.model ? found : null;
}

/** The parts that the class builds itself, around the vocabulary and merges of the file. */
function rebuilt(kind: RebuiltClass, json: Json, config: Json): RebuiltParts {
  const unk = tokenOf(kind, config, "unk_token");
  const { vocab, merges } = json.model as Json;
  const bpe = { type: "BPE", vocab, merges, unk_token: null, fuse_unk: false, byte_fallback: false };
  const prefix = config.add_prefix_space;
  const bytesDecoder = { type: "ByteLevel" };
  const pieces = [
    { type: "Replace", pattern: { String: "▁" }, content: " " },
    { type: "ByteFallback" },
    { type: "Fuse" },
  ];
  switch (kind.name) {
    case "LlamaTokenizer": {
      const first = config.legacy === true ? "always" : "first";
      const scheme = prefix === false ? "never" : first;
      return {
        model: { ...bpe, fuse_unk: true, byte_fallback: true },
        normalizer: null,
        preTokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: scheme, split: false },
        decoder: {
          type: "Sequence",
          decoders:
            prefix === false ? pieces : [...pieces, { type: "Strip", content: " ", start: 1, stop: 0 }],
        },
      };
    }
    case "GemmaTokenizer":
      return {
        model: { ...bpe, unk_token: unk, fuse_unk: true, byte_fallback: true },
        normalizer: { type: "Replace", pattern: { String: " " }, content: "▁" },
        preTokenizer: { type: "Split", pattern: { String: " " }, behavior: "MergedWithPrevious" },
        decoder: { type: "Sequence", decoders: pieces },
      };
    case "Qwen2Tokenizer": {
      const words = { type: "Split", pattern: { Regex: QWEN2 }, behavior: "Isolated" };
      const bytes = { type: "ByteLevel", add_prefix_space: prefix === true, use_regex: false };
      return {
        model: bpe,
        normalizer: { type: "NFC" },
        preTokenizer: { type: "Sequence", pretokenizers: [words, bytes] },
        decoder: bytesDecoder,
      };
    }
    case "GPT2Tokenizer":
    case "RobertaTokenizer": {
      const parts = {
        model: bpe,
        normalizer: null,
        preTokenizer: { type: "ByteLevel", add_prefix_space: prefix === true },
        decoder: bytesDecoder,
      };
      return kind.name === "GPT2Tokenizer" ? parts : { ...parts, postProcessor: between(kind, config) };
    }
    default:
      return {
        model: { ...(json.model as Json), unk_token: unk, continuing_subword_prefix: "##" },
        normalizer: {
          type: "BertNormalizer",
          clean_text: true,
          handle_chinese_chars: config.tokenize_chinese_chars !== false,
          strip_accents: config.strip_accents ?? null,
          lowercase: config.do_lower_case !== false,
        },
        preTokenizer: { type: "BertPreTokenizer" },
        decoder: { type: "WordPiece", prefix: "##" },
        postProcessor: between(kind, config),
      };
  }
}

function between(kind: RebuiltClass, config: Json): object {
  const special = (key: string) => ({ SpecialToken: { id: tokenOf(kind, config, key), type_id: 0 } });
  const single = [special("cls_token"), { Sequence: { id: "A", type_id: 0 } }, special("sep_token")];
  return { type: "TemplateProcessing", single, pair: [] };
}

function tokenOf(kind: RebuiltClass, config: Json, key: string): string {
  const token = config[key];
  const content = typeof token === "object" && token !== null ? (token as Json).content : token;
  return typeof content === "string" ? content : kind.tokens[key]!;
}

function spellsBytes(json: Json): boolean {
  return flatten(json.pre_tokenizer, "pretokenizers").some(({ type }) => type === "ByteLevel");
}
