/**
 * Count, a whole number from 0.
 * @asType integer
 * @minimum 0
 */
export type Count = number;

/**
 * Share, 0 to 1.
 * @minimum 0
 * @maximum 1
 */
export type Share = number;

/**
 * Number of at least 0.
 * @minimum 0
 */
export type NonNegative = number;

/**
 * Random seed; two ranks' runs under the same seed are compared as a pair.
 * @asType integer
 * @minimum 0
 */
export type Seed = number;

/**
 * Negative log probability in nats. Above the maximum a run is broken.
 * @minimum 0
 * @maximum 1000000000
 */
export type LogLoss = number;

/**
 * Accepted quality loss, in the metric's unit: a share, or nats as in {@link LogLoss}.
 * @minimum 0
 * @maximum 1000000000
 */
export type Margin = number;

/** Two-sided interval `[lo, hi]`. */
export type Interval = readonly [lo: number, hi: number];
