export {
  type Answer,
  type Judge,
  type Judged,
  type JudgedAnswer,
  type JudgeOptions,
  judgeAnswers,
  type MetricSummary,
} from "./judge-answers.ts";
export { type Metric, parseMetric } from "./metric.ts";
