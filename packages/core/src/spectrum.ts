/** Adapter singular values, and truncation to a lower rank: `@lorank/core/spectrum`. */

export { allocateRanks, type LayerUpdate } from "./spectrum/allocate.ts";
export { spectrumOf, truncateLora } from "./spectrum/spectrum.ts";
