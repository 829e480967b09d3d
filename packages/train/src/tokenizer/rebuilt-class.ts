import { flatten, type Json, QWEN2 } from "./json.ts";

/** Tokenizer class in transformers 5 that reads a file's vocabulary and builds the rest itself. */
export interface RebuiltClass {
  readonly name: string;
  /** Model type; files with another type are used unchanged. */
  readonly model: "BPE" | "WordPiece";
  /** Special tokens by name, unless the files name others. */
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

/** Tokenizer class by `model_type`; null: the file unchanged. */
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
 * Tokenizer class that AutoTokenizer picks; null for the file unchanged. The class in `tokenizer_config.json` precedes
 * the registered class, except for qwen2, whose models name wrong classes. Source: `AutoTokenizer.from_pretrained` of
 * transformers 5.24.
 */
export function classOf(json: Json, config: Json, modelType: string | undefined): RebuiltClass | null {
  const registered = REGISTERED[modelType ?? ""];
  const declared =
    typeof config.tokenizer_class === "string" ? config.tokenizer_class.replace(/Fast$/, "") : undefined;
  if (registered === null) return null;
  if (declared === "LlamaTokenizer" && modelType !== "qwen2" && spellsBytes(json)) return null;
  const name = declared === undefined || modelType === "qwen2" ? registered : declared;
  const found = CLASSES.find((kind) => kind.name === name);
  return found !== undefined && (json.model as Json).type === found.model ? found : null;
}

/** Tokenizer parts the class builds around the file's vocabulary and merges. */
export function rebuilt(kind: RebuiltClass, json: Json, config: Json): RebuiltParts {
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
  return contentOf(config[key]) ?? kind.tokens[key]!;
}

function spellsBytes(json: Json): boolean {
  return flatten(json.pre_tokenizer, "pretokenizers").some(({ type }) => type === "ByteLevel");
}

/** Token text from `"<s>"` or `{ "content": "<s>", … }`; else null. */
export function contentOf(token: unknown): string | null {
  const content =
    typeof token === "object" && token !== null ? (token as { content?: unknown }).content : token;
  return typeof content === "string" ? content : null;
}
