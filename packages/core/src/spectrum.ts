/** Adapter singular values, and truncation to a lower rank: `@lorank/core/spectrum`. */

export { spectrumOf, truncateLora } from "./spectrum/spectrum.ts";
