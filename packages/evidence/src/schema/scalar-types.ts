/**
 * A whole number of things, 0 or more.
 * @asType integer
 * @minimum 0
 */
export type Count = number;

/**
 * A part of a whole, 0 to 1.
 * @minimum 0
 * @maximum 1
 */
export type Share = number;

/**
 * A size that has no sign.
 * @minimum 0
 */
export type NonNegative = number;

/**
 * Seed of paired runs.
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
 * Accepted loss of quality, in the metric's unit: a part of 1, or nats as of a {@link LogLoss}.
 * @minimum 0
 * @maximum 1000000000
 */
export type Margin = number;

/** Two-sided interval `[lo, hi]`. */
export type Interval = readonly [lo: number, hi: number];
