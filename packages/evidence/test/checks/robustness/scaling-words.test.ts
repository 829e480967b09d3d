import { expect, test } from "vitest";
import type { RobustnessBodies } from "../../../src/checks/robustness/words.ts";
import { claimsWith } from "../../../src/claims/claim.ts";
import type { Claim } from "../../../src/words/claim.ts";
import { inWords } from "../../../src/words/in-words.ts";

const claim = claimsWith<RobustnessBodies>();

const accuracy = "accuracy" as const;
const interval = [0.007, 0.017] as const;
const learned = { learningRate: 3, status: "learned" } as const;
const diverged = { learningRate: 3, status: "diverged" } as const;
const unclearScaling = {
  alpha: 16,
  ratio: Math.sqrt(8),
  rslora: learned,
  smallest: learned,
  largest: learned,
} as const;
const gain = 0.012;
const scaling = {
  ...unclearScaling,
  gain,
  gainInterval: interval,
  advantage: 0.02,
  interval: [0.014, 0.026],
} as const;
const inScaling = { metric: accuracy, ranks: [4, 32] } as const;

/** What a check of rsLoRA's scaling says, each kind and each case of a kind, with its sentence. */
const sentences: readonly (readonly [Claim, string])[] = [
  [
    claim.evidence("scaling-kept", {
      ...inScaling,
      scaling: { ...scaling, gain: -0.001, gainInterval: [-0.006, 0.004] },
    }),
    "Under rsLoRA's scaling (the sweep's at rank 4, 2.83 times the sweep's at rank 32) rank 32 is not shown to gain or to lose: it changes by -0.1 ± 0.5 points.",
  ],
  [
    claim.evidence("scaling-kept", {
      ...inScaling,
      scaling: { ...scaling, gain: -0.012, gainInterval: [-0.017, -0.007], change: "loses" },
    }),
    "Under rsLoRA's scaling (the sweep's at rank 4, 2.83 times the sweep's at rank 32) rank 32 loses 1.2 ± 0.5 points.",
  ],
  [
    claim.evidence("scaling-kept", {
      ...inScaling,
      scaling: { ...unclearScaling, rslora: diverged, change: "loses" },
    }),
    "Under rsLoRA's scaling (the sweep's at rank 4, 2.83 times the sweep's at rank 32) rank 32 diverged, where it learned under the sweep's.",
  ],
  [
    claim.evidence("scaling-unclear", { ...inScaling, scaling: { ...unclearScaling, gain } }),
    "Rank 32 was also run under rsLoRA's scaling. Whether it gains cannot be told, because the noise between seeds is unknown.",
  ],
  [
    claim.evidence("scaling-unclear", {
      ...inScaling,
      scaling: { ...unclearScaling, rslora: { learningRate: 3, status: "out-of-memory" } },
    }),
    "Rank 32 was also run under rsLoRA's scaling. Whether it gains cannot be told: it ran out of memory there.",
  ],
  [
    claim.evidence("scaling-unclear", {
      ...inScaling,
      scaling: { ...scaling, largest: { learningRate: 3, status: "collapsed" } },
    }),
    "Rank 32 was also run under rsLoRA's scaling. Whether it gains cannot be told: it learned nothing under the sweep's.",
  ],
  [
    claim.evidence("scaling-unclear", {
      ...inScaling,
      scaling: { ...unclearScaling, rslora: diverged, largest: diverged },
    }),
    "Rank 32 was also run under rsLoRA's scaling. Whether it gains cannot be told: it failed under both scalings.",
  ],
  [
    claim.caution("scaling-changes", {
      ...inScaling,
      scaling: { ...scaling, change: "gains", better: "largest" },
    }),
    "Under rsLoRA's scaling (the sweep's at rank 4, 2.83 times the sweep's at rank 32) rank 32 gains 1.2 ± 0.5 points. It is then 2.0 ± 0.6 points better than rank 4. So the verdict holds for the sweep's scaling, and may not for this one.",
  ],
  [
    claim.caution("scaling-changes", {
      ...inScaling,
      scaling: {
        ...scaling,
        advantage: -0.02,
        interval: [-0.026, -0.014],
        change: "gains",
        better: "smallest",
      },
    }),
    "Under rsLoRA's scaling (the sweep's at rank 4, 2.83 times the sweep's at rank 32) rank 32 gains 1.2 ± 0.5 points. It is then 2.0 ± 0.6 points worse than rank 4. So the verdict holds for the sweep's scaling, and may not for this one.",
  ],
  [
    claim.caution("scaling-changes", { ...inScaling, scaling: { ...scaling, change: "gains" } }),
    "Under rsLoRA's scaling (the sweep's at rank 4, 2.83 times the sweep's at rank 32) rank 32 gains 1.2 ± 0.5 points. It is not shown to be better than rank 4 then. So the verdict holds for the sweep's scaling, and may not for this one.",
  ],
  [
    claim.caution("scaling-changes", {
      ...inScaling,
      scaling: {
        ...unclearScaling,
        smallest: diverged,
        largest: diverged,
        change: "gains",
        better: "largest",
      },
    }),
    "Under rsLoRA's scaling (the sweep's at rank 4, 2.83 times the sweep's at rank 32) rank 32 learned; under the sweep's it diverged. So the verdict holds for the sweep's scaling, and may not for this one.",
  ],
  [
    claim.caution("scaling-changes", {
      ...inScaling,
      scaling: { ...unclearScaling, largest: diverged, advantage: 0.02, change: "gains" },
    }),
    "Under rsLoRA's scaling (the sweep's at rank 4, 2.83 times the sweep's at rank 32) rank 32 learned; under the sweep's it diverged. So the verdict holds for the sweep's scaling, and may not for this one.",
  ],
  [
    claim.next("compare-rslora", { alpha: 32 / Math.sqrt(8) }),
    "Compare the ranks under rsLoRA's scaling too (lorank sweep with --scaling rslora --alpha 11.31); at the smallest rank it is the same.",
  ],
];

test.each(sentences.map(([one, sentence]) => [one.kind, sentence, one] as const))(
  "%s: %s",
  (_, sentence, one) => {
    expect(inWords(one)).toBe(sentence);
  },
);
