/** Singular values of an adapter, and its cut to a lower rank: `@lorank/core/spectrum`. */

export { spectrumOf, truncateLora } from "./spectrum/spectrum.ts";
