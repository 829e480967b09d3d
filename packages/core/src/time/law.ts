import type { CardSpeed } from "./cards.ts";
import type { StepWork } from "./work.ts";

/** Constants decided by measured steps; everything else in {@link secondsOf} is counted. */
export interface TimeConstants {
  /** Share of the card's rate that products with the base's matrices reach. */
  readonly productShare: number;
  /** Factor on `productShare` on cards that halve their rate for sums in fp32. */
  readonly halvedFactor: number;
  /** Share of `productShare` in products with A and B. */
  readonly thinShare: number;
  /** Share of the memory bandwidth in everything between products. */
  readonly trafficShare: number;
  /** The share while NF4 is decoded. */
  readonly nf4Share: number;
  /** The share while GPTQ is decoded. */
  readonly gptqShare: number;
  /** Seconds in which the host launches a block's kernels, without adapters, in one pass. */
  readonly blockSeconds: number;
  /** Seconds in which the host launches an adapter's kernels in one pass. */
  readonly adapterSeconds: number;
}

/** Bytes to decode a 4-bit weight: 0.5 read, 2 written, 2 read by the product. */
const DECODED_BYTES = 4.5;

/**
 * Seconds a pass takes: products, traffic and decoding one after another on the card, while the host launches kernels.
 * The longer of both decides, blended where they are alike by the fourth power.
 */
export function secondsOf(
  work: StepWork,
  { teraflops, fp32Teraflops, gigabytesPerSecond, halvesSums }: CardSpeed,
  constants: TimeConstants,
  format: "nf4" | "gptq" | "float",
): number {
  const rate = teraflops * 1e12 * constants.productShare * (halvesSums ? constants.halvedFactor : 1);
  const wideRate = work.adaptsInFp32 ? fp32Teraflops * 1e12 * constants.productShare : rate;
  const bandwidth = gigabytesPerSecond * 1e9;
  const decodes = bandwidth * (format === "gptq" ? constants.gptqShare : constants.nf4Share);
  const onCard =
    work.products / rate +
    work.adapterProducts / (wideRate * constants.thinShare) +
    work.bytes / (bandwidth * constants.trafficShare) +
    (work.decoded * DECODED_BYTES) / decodes;
  const onHost = work.blockPasses * constants.blockSeconds + work.adapterPasses * constants.adapterSeconds;
  return (onCard ** 4 + onHost ** 4) ** (1 / 4);
}
