/**
 * What the allocator holds beyond what is allocated, as a share of it: its blocks are rounded to 2 MiB, and holes stay
 * between those of usual sizes.
 * Source: PEFT's benchmark and fms-acceleration's fused losses, 1.00 to 1.10 times
 */
const HOLES = 0.1;
/** CUDA context and kernels. Source: 0.3 to 1.4 GB in the documentation of transformers, gpu_poor and vram-calculator */
const CONTEXT: readonly [number, number] = [0.3e9, 1.4e9];

/**
 * What the allocator holds. The buffers of a loss over all logits are the largest there are, and freed memory in other
 * pieces does not serve them: up to their whole size may be held besides. Source: nvidia-smi minus peak allocated in
 * fms-acceleration's tables, 4 to 6 GiB of 7 to 15 GB of logits at a vocabulary of 32,000, 14 to 29 of 29 at 128,256
 */
export function reservedBand(allocated: number, logits: number): readonly [number, number] {
  return [allocated, Math.round(allocated * (1 + HOLES) + logits)];
}

/** `paged`: optimiser states that the driver may keep on the device or on the host. */
export function deviceBand(
  [lo, hi]: readonly [number, number],
  paged: number,
): readonly [lo: number, hi: number] {
  return [lo + CONTEXT[0], hi + CONTEXT[1] + paged];
}
