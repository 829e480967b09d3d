/** Number of configurations measured on this engine. Source: docs/checked/memory-accuracy-engine.md */
export const CONFIGURATIONS = 28;
/** Largest prediction error over these configurations, in per cent. */
export const LARGEST_ERROR = 9;
