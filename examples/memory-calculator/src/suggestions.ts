import { catalogueModels } from "@lorank/core/memory";
import { findCard, memoryNames } from "@lorank/core/memory-names";
import { type Field, pasted } from "./fields.ts";

/** A value to choose, and a few words beside it. */
export interface Suggestion {
  readonly value: string;
  readonly note?: string;
}

interface Known extends Suggestion {
  /** Names by which it is found. */
  readonly names: readonly string[];
}

/**
 * Suggestions for a text, all of them for an empty one: each of its words must begin a part of one name, or where
 * nothing begins so, be anywhere in it. A model found by another of its names has that beside it.
 */
export function suggest(list: NonNullable<Field["list"]>, text: string): Suggestion[] {
  const known = list === "models" ? models() : cards();
  const words = partsOf(text);
  const matching = (isIn: (word: string, name: string) => boolean): Suggestion[] =>
    known.flatMap(({ value, note, names }): Suggestion[] => {
      const name = names.find((each) => words.every((word) => isIn(word, each)));
      if (name === undefined) return [];
      const beside = list === "models" && name !== value ? name : note;
      return [{ value, ...(beside !== undefined && { note: beside }) }];
    });
  const begun = matching((word, name) => partsOf(name).some((part) => part.startsWith(word)));
  return begun.length > 0 ? begun : matching((word, name) => name.toLowerCase().includes(word));
}

function partsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s/_-]+/)
    .filter((part) => part !== "");
}

function models(): Known[] {
  const published = catalogueModels().map(({ id, aliases }) => ({ value: id, names: [id, ...aliases] }));
  return [...published, { value: pasted, names: [pasted] }];
}

function cards(): Known[] {
  return memoryNames.card.map((typed) => {
    const { name, gigabytes } = findCard(typed)!;
    return { value: name, note: `${gigabytes} GB`, names: [`${name} ${gigabytes}GB`, typed] };
  });
}
