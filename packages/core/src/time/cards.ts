/** Speed of a card as its maker states it. */
export interface CardSpeed {
  /** Products of 16-bit matrices with sums in fp32, without sparsity, in 10¹² operations a second. */
  readonly teraflops: number;
  /** Memory bandwidth in 10⁹ bytes a second. */
  readonly gigabytesPerSecond: number;
  /** True if sums in fp32 halve the rate of tensor cores, as on GeForce: power then limits products less. */
  readonly halvesSums?: true;
}

/**
 * Cards on which a step of LoRA was measured, by their names in `findCard`. Source: NVIDIA's data sheets of A100, H100
 * (SXM) and L40S; its papers on the GA102 and Ada architectures, appendix A
 */
export const cardSpeeds: Readonly<Record<string, CardSpeed>> = {
  "A100 40GB": { teraflops: 312, gigabytesPerSecond: 1555 },
  "A100 80GB": { teraflops: 312, gigabytesPerSecond: 2039 },
  H100: { teraflops: 989, gigabytesPerSecond: 3350 },
  L40S: { teraflops: 362, gigabytesPerSecond: 864 },
  "RTX 3090": { teraflops: 71, gigabytesPerSecond: 936, halvesSums: true },
  "RTX 4090": { teraflops: 165.2, gigabytesPerSecond: 1008, halvesSums: true },
};
