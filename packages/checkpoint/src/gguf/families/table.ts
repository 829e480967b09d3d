import { bert } from "./bert.ts";
import type { GgufFamily } from "./family.ts";
import { gemma2, gemma3 } from "./gemma.ts";
import { gpt2 } from "./gpt2.ts";
import { llama } from "./llama.ts";
import { phi3 } from "./phi3.ts";
import { qwen2, qwen3 } from "./qwen.ts";

/** By `general.architecture`. */
export const FAMILIES: ReadonlyMap<string, GgufFamily> = new Map(
  Object.entries({ llama, qwen2, qwen3, gemma2, gemma3, phi3, gpt2, bert }),
);
