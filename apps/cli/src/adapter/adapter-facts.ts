import type { PeftAdapter } from "@lorank/checkpoint";

/** Facts that an adapter's own files say. */
export function adapterFacts(adapter: PeftAdapter) {
  const { rank, alpha, scalingRule, dora, dropout, taskType, baseModel, targetModules, heads } = adapter;
  const { classNames = null } = adapter;
  const loraParams = [...adapter.layers.values()].reduce(
    (sum, { loraA, loraB, magnitude }) =>
      sum + loraA.data.length + loraB.data.length + (magnitude?.length ?? 0),
    0,
  );
  return {
    ...{
      baseModel,
      taskType,
      classNames,
      rank,
      alpha,
      scalingRule,
      dora,
      dropout,
      targetModules,
      loraParams,
    },
    heads: [...heads].map(([tensor, { shape }]) => ({ name: tensor, shape })),
  };
}

interface KindWords {
  readonly name: string;
  /** Subject of a spectrum. */
  readonly spectrumOf: string;
  /** Limits of a spectrum, and of a truncation, where there are some. */
  readonly spectrumNote?: string;
  readonly truncationNote?: string;
}

/** Words for a kind of adapter. */
export function kindWords({ dora }: Pick<PeftAdapter, "dora">): KindWords {
  if (!dora) return { name: "LoRA", spectrumOf: "the update" };
  return {
    name: "DoRA",
    spectrumOf: "the low-rank part of DoRA",
    spectrumNote:
      "The spectrum is that of the low-rank part, scaling · B · A; DoRA's magnitudes are not in it.",
    truncationNote:
      "DoRA: the magnitudes are kept; the optimum is that of the low-rank part before they scale it.",
  };
}
