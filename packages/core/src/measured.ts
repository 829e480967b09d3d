/** Published measurements of training memory, and what the estimates say of the same runs. */

export type { MeasuredCount, MeasuredErrors } from "./memory/measured-rows.ts";
export { type Measurement, measuredErrors, measurementNear } from "./memory/nearest-measurement.ts";
