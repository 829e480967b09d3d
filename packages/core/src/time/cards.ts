/** Speed of a card as its maker states it. */
export interface CardSpeed {
  /** Products of 16-bit matrices with sums in fp32, without sparsity, in 10¹² operations a second. */
  readonly teraflops: number;
  /** Products of matrices in fp32, in 10¹² operations a second: torch rounds none to TF32 by default. */
  readonly fp32Teraflops: number;
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
  "A100 40GB": { teraflops: 312, fp32Teraflops: 19.5, gigabytesPerSecond: 1555 },
  "A100 80GB": { teraflops: 312, fp32Teraflops: 19.5, gigabytesPerSecond: 2039 },
  H100: { teraflops: 989, fp32Teraflops: 67, gigabytesPerSecond: 3350 },
  L40S: { teraflops: 362, fp32Teraflops: 91.6, gigabytesPerSecond: 864 },
  "RTX 3090": { teraflops: 71, fp32Teraflops: 35.6, gigabytesPerSecond: 936, halvesSums: true },
  "RTX 4090": { teraflops: 165.2, fp32Teraflops: 82.6, gigabytesPerSecond: 1008, halvesSums: true },
};
