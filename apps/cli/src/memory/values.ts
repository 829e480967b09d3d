import { InputError } from "@lorank/core";
import { readByteSize } from "../quantize/byte-size.ts";
import { nearest } from "../text.ts";

/** A card's memory as it was written, and in bytes. */
export interface CardMemory {
  readonly text: string;
  readonly bytes: number;
}

const smallestCard = 1e9;

export function oneOf<Name extends string>(names: readonly Name[]): (text: string, flag: string) => Name {
  return (text, flag) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    const meant = nearest(text, names);
    return refuse(
      `${flag} must be one of ${names.join(", ")}, got ${JSON.stringify(text)}` +
        (meant === undefined ? "" : `. Did you mean ${meant}?`),
    );
  };
}

export function readSize(text: string, flag: string): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : 0;
  if (Number.isSafeInteger(value) && value > 0) return value;
  return refuse(`${flag} must be a positive integer, got ${JSON.stringify(text)}`);
}

export function readSizes(text: string, flag: string): number[] {
  const sizes = list(text).map((item) => Number(item));
  if (sizes.length > 0 && sizes.every((size) => Number.isSafeInteger(size) && size > 0)) return sizes;
  return refuse(`${flag} must be a list of positive integers, got ${JSON.stringify(text)}`);
}

export function readTargets(text: string): readonly string[] | "all-linear" {
  return text === "all-linear" ? text : list(text);
}

export function readShare(text: string, flag: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value < 1) return value;
  return refuse(`${flag} must be at least 0 and below 1, got ${JSON.stringify(text)}`);
}

export function readSwitch(text: string): boolean {
  return text === "true";
}

export function readVersion(text: string, flag: string): string {
  if (/^\d+(\.\d+)*/.test(text)) return text;
  return refuse(`${flag} must be a version such as 0.50.0, got ${JSON.stringify(text)}`);
}

/** A GB is 10⁹ bytes here too: below what any card of that name offers, see core's `cards`. */
export function readCard(text: string, flag: string): CardMemory {
  const bytes = readByteSize(text, flag);
  if (bytes >= smallestCard) return { text, bytes };
  return refuse(`${flag} must be a card's memory such as 24GB or 40GiB, got ${JSON.stringify(text)}`);
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function refuse(message: string): never {
  throw new InputError("E_CONFIG", message);
}
