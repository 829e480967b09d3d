import type { Results } from "@lorank/core/results";
import { playgroundDefaults } from "../defaults.ts";
import type { Saved } from "../protocol.ts";

/** The command that makes the same comparison in a terminal. */
export function commandOf({ asked, dataName, modelName }: Saved, data: Results["data"]): string {
  const { ranks, seeds, learningRate, epochs, batchSize, maxLength } = asked;
  const flags: readonly (readonly [string, string | number | undefined])[] = [
    ["model", modelName],
    ["data", dataName],
    ["text-column", asked.textColumn],
    ["label-column", asked.labelColumn],
    ["ranks", ranks.join(",")],
    ["seeds", seeds],
    ["train-examples", data.trainExamples],
    ["validation-examples", data.validationExamples],
    ["test-examples", dataName === undefined ? 0 : undefined],
    ["epochs", epochs === playgroundDefaults.epochs ? undefined : epochs],
    ["batch-size", batchSize === playgroundDefaults.batchSize ? undefined : batchSize],
    ["max-length", maxLength],
    ["learning-rate", learningRate],
  ];
  const words = flags.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, quoted(`${value}`)],
  );
  if (asked.mergeLabels) words.push("--merge-labels");
  if (asked.keepOverlap) words.push("--keep-overlap");
  return ["lorank sweep", ...words].join(" ");
}

function quoted(word: string): string {
  return /^[\w./,:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
