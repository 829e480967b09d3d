/** Errors of predictions of the engine's memory. */

/** Configurations that were predicted and measured. Source: docs/checked/memory-accuracy-engine.md */
export const CONFIGURATIONS = 28;
/** Their largest error, in per cent. */
export const LARGEST_ERROR = 9;
