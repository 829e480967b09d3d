import type { Task } from "@lorank/core/results";

/**
 * Class of each validation example, by which a verdict asks whether the ranks know more than the shares of the classes.
 * Undefined for responses, which have no classes.
 *
 * @throws InputError `E_DATASET` for a dataset that no trial could use.
 */
export async function validationLabelsOf(
  task: Task,
  dataset: Uint8Array,
): Promise<readonly number[] | undefined> {
  if (task.kind !== "classification") return undefined;
  const { decodeDataset } = await import("@lorank/train/data");
  const { validation } = decodeDataset(dataset);
  return validation.flatMap((example) => ("label" in example ? [example.label] : []));
}
