/** Hours that training at each rank takes, as far as published step times allow: `@lorank/core/time`. */

export { stepsByCard, stepsByProfile, timeSpread } from "./time/fitted.ts";
export {
  type KnownTime,
  LARGEST_MEASURED_RANK,
  type RankTime,
  type RankTimeOptions,
  rankTime,
} from "./time/rank-time.ts";
