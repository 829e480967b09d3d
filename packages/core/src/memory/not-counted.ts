import type { ModelShape, NotCounted } from "../model/shape.ts";
import { expertsLeftOut } from "./base-bytes.ts";
import { foldedTargets } from "./mixture.ts";
import { openInLoss } from "./objectives/loss.ts";
import { type TrainingOptions, trainingEstimate } from "./training.ts";

export function notCountedIn(options: TrainingOptions): NotCounted[] {
  const { notCounted = [], rank } = options;
  const all = [
    ...notCounted,
    ...ofModel(options.shape),
    ...ofImages(options),
    ...ofExperts(options),
    ...ofObjective(options),
  ];
  return rank === null ? all.filter(({ adapterOnly = false }) => !adapterOnly) : all;
}

/** Memory bounds that hold despite omissions: lo becomes 0 if training may need less, hi Infinity if more. */
export function provenBounds(
  [lo, hi]: readonly [lo: number, hi: number],
  notCounted: readonly NotCounted[],
): readonly [lo: number, hi: number] {
  const directions = new Set(notCounted.map(({ direction }) => direction));
  const isOpen = directions.has("either");
  return [isOpen || directions.has("less") ? 0 : lo, isOpen || directions.has("more") ? Infinity : hi];
}

export function provenBytes(options: TrainingOptions): readonly [lo: number, hi: number] {
  return provenBounds(trainingEstimate(options).deviceBytes, notCountedIn(options));
}

function ofModel({ covers, unmodelled }: ModelShape): NotCounted[] {
  const parts = unmodelled.map(({ what, direction }) => ({ what, direction }));
  return covers === "text"
    ? [{ what: "parts that read images or sound", direction: "more" }, ...parts]
    : parts;
}

/** A tower's activations are counted where adapters are trained, with attention in a kernel. */
function ofImages({ shape, rank, profile, settings }: TrainingOptions): NotCounted[] {
  if (shape.vision === undefined) return [];
  const { attention } = { ...profile.settings, ...settings };
  if (rank === null)
    return [{ what: "activations of the part that reads images, trained in full", direction: "more" }];
  return [
    ...(attention === "eager"
      ? [{ what: "scores of eager attention over images", direction: "more" } as const]
      : []),
    ...(profile.name === "unsloth"
      ? [{ what: "what unsloth does otherwise than transformers for images", direction: "either" } as const]
      : []),
    ...(profile.traits.freezesTower
      ? [
          {
            what: `gradients that ${profile.name} lets pass the part that reads images`,
            direction: "more",
          } as const,
        ]
      : []),
  ];
}

/** Experts are counted as transformers and PEFT hold them; a stack that patches both needs less. */
function ofExperts({ shape, targets, base, rank, profile: { name, traits } }: TrainingOptions): NotCounted[] {
  if (!traits.patchesExperts) return [];
  const quantized = base.dtype === "nf4" && expertsLeftOut(shape, base, traits.experts) !== undefined;
  const adapted = rank !== null && foldedTargets(targets).some(({ role }) => role === "block");
  return quantized || adapted
    ? [{ what: `savings of ${name} on experts in 4 bits and their adapters`, direction: "less" }]
    : [];
}

function ofObjective({ objective, profile }: TrainingOptions): NotCounted[] {
  const what = openInLoss(objective?.name ?? "sft", profile.name);
  return what === undefined ? [] : [{ what, direction: "either" }];
}
