import { InputError } from "@lorank/core";
import { type DataOptions, optionNamed } from "./data-options.ts";
import { byHash, type Shares } from "./parts.ts";
import type { SplitRow } from "./validation-split.ts";
import { counted } from "./words.ts";

/** Test examples, and what there is to say about them. */
export interface TestPart<T> {
  /** Undefined where none are wanted. */
  readonly test: readonly T[] | undefined;
  readonly notes: readonly string[];
}

/**
 * Takes test examples from `shares.test`: none that `keyOf` says is also in training or validation, or came before, for
 * what was trained on is remembered and what was chosen by flatters.
 *
 * @param noun what one example is called
 * @throws InputError `E_DATA` where that leaves fewer than are asked for, or fewer than an interval needs.
 */
export function testPart<T>(
  { train, validation, test, drawn }: Shares<T>,
  options: DataOptions,
  noun: string,
  keyOf: (example: T) => string,
): TestPart<T> {
  const { testExamples, testData } = options;
  if (testExamples === 0 || (testExamples === undefined && testData === undefined)) {
    if (test.length === 0 || testExamples === 0) return { test: undefined, notes: [] };
    const count = counted(test.length, `test ${noun}`);
    return {
      test: undefined,
      notes: [`Left ${count} alone (${optionNamed(options, "testExamples")} scores on them).`],
    };
  }
  const seen = new Set([...train, ...validation].map(keyOf));
  const fresh = test.filter((example) => !seen.has(keyOf(example)) && seen.add(keyOf(example)));
  const least = Math.max(2, testExamples ?? 0);
  if (fresh.length < least) {
    throw new InputError(
      "E_DATA",
      testExamples === undefined || fresh.length < 2
        ? `the test examples must be two or more that are not in training or validation, got ${fresh.length}`
        : `${optionNamed(options, "testExamples")} must be at most ${fresh.length}, what the data hold besides training and validation, got ${testExamples}`,
    );
  }
  const dropped = test.length - fresh.length;
  return {
    test: fresh.slice(0, testExamples),
    notes: [
      ...(dropped > 0
        ? [`Left out ${counted(dropped, `test ${noun}`)} that occurred in training, in validation or before.`]
        : []),
      ...(drawn.test
        ? [
            `Test ${noun}s were drawn from what was left for training. A column named split would decide instead.`,
          ]
        : []),
    ],
  };
}

/** Rows of a file of test examples in the order of their hashes: all, or those of its test part where it names one. */
export function ownTestPart<T extends SplitRow & { readonly id: string }>(rows: readonly T[]): T[] {
  const named = rows.filter(({ split }) => split === "test");
  return byHash(named.length > 0 ? named : rows, ({ id }) => id);
}
