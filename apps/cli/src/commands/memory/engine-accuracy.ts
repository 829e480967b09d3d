/** Configurations predicted and measured on this engine. Source: docs/checked/memory-accuracy-engine.md */
export const CONFIGURATIONS = 28;
/** Largest error of these predictions, in per cent. */
export const LARGEST_ERROR = 9;
