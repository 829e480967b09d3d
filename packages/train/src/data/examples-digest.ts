import { sha256OfParts } from "@lorank/checkpoint/sha256";
import { canonicalJson } from "@lorank/evidence/schema";
import type { Instruction } from "./instruction-table.ts";
import type { LabelledText } from "./tokenize-classification.ts";

/** Digest of a part's examples, as `data.examplesSha256` of `Results` defines it. */
export function examplesSha256(examples: readonly (LabelledText | Instruction)[]): string {
  return sha256OfParts(linesOf(examples));
}

function* linesOf(examples: readonly (LabelledText | Instruction)[]): Generator<string> {
  for (const example of examples) yield `${canonicalJson(wellFormed(contentOf(example)))}\n`;
}

function contentOf(example: LabelledText | Instruction): unknown {
  if ("messages" in example) return example.messages;
  if ("prompt" in example) return [example.prompt, example.response];
  return [example.text, example.label];
}

/** Lone surrogates, as JSON escapes, or another escape: a backslash in a text is one, and begins none. */
const escapes = /\\(?:ud[89a-f][0-9a-f]{2}|.)/g;

/** JSON value with U+FFFD for each lone surrogate, as in UTF-8. */
function wellFormed(value: unknown): unknown {
  const json = JSON.stringify(value);
  const hasSurrogate = json.includes("\\ud");
  const repair = (found: string): string => (found.length > 2 ? "\\ufffd" : found);
  return JSON.parse(hasSurrogate ? json.replace(escapes, repair) : json);
}
