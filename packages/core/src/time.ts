/** Hours that training at each rank takes, as far as published step times allow: `@lorank/core/time`. */

export {
  type HoursContext,
  type RankHours,
  rankHours,
  type TimeAnswer,
  type TrainingData,
  timeAnswer,
} from "./time/hours.ts";
export { hoursCell, type TimedRank, timeAssumptions, timeSentence } from "./time/hours-words.ts";
export { type KnownTime, type RankTime, type RankTimeOptions, rankTime } from "./time/rank-time.ts";
