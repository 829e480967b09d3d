import type { GgufExportDocument, PeftExportDocument } from "./adapter/export-command.ts";
import type { InspectDocument } from "./adapter/inspect-command.ts";
import type { MergeDocument } from "./adapter/merge-command.ts";
import type { TruncateDocument } from "./adapter/truncate-command.ts";
import type { CompletionDocument } from "./completion/shell-scripts.ts";
import type { ReportDocument } from "./config/report-command.ts";
import type { ConfigDocument } from "./config/tool-config.ts";
import type { DoctorDocument } from "./doctor/doctor-command.ts";
import type { CudaSetupDocument } from "./doctor/setup-cuda.ts";
import type { TensorflowSetupDocument } from "./doctor/setup-tensorflow.ts";
import type { ErrorDocument } from "./errors.ts";
import type { TensorScores, TextScores } from "./eval/eval-command.ts";
import type { GenerateDocument } from "./generate/generate-command.ts";
import type { InitDocument } from "./init/init-command.ts";
import type { JudgeDocument } from "./judge/judge-command.ts";
import type { MemoryListDocument } from "./memory/built-in-models.ts";
import type { EngineMemoryDocument } from "./memory/engine.ts";
import type { MemoryDocument, SeveralModelsDocument } from "./memory/memory-command.ts";
import type { PlanDocument } from "./plan/plan-command.ts";
import type { QuantizeDocument } from "./quantize/quantize-command.ts";
import type { VerdictDocument } from "./results/verdict-command.ts";
import type { PrintedConfig } from "./settings/print-config.ts";
import type { CancelDocument } from "./status/cancel-command.ts";
import type { LogsDocument } from "./status/logs-command.ts";
import type { StatusDocument } from "./status/status-command.ts";
import type { SweepDocument } from "./sweep/finish.ts";
import type { DryRunDocument } from "./sweep/sweep-command.ts";
import type { FailedSweepDocument, InterruptedSweepDocument } from "./sweep/unfinished.ts";
import type { DivergedDocument, InterruptedTrainDocument, TrainDocument } from "./train/train-command.ts";
import type { WatchDocument } from "./watch/watch-command.ts";

/** Documents of `--json` by command. `scripts/write-schemas.ts` makes a JSON Schema of each, `schemas/<command>.json`. */
export interface Documents {
  readonly sweep:
    | SweepDocument
    | FailedSweepDocument
    | InterruptedSweepDocument
    | DryRunDocument
    | PrintedConfig;
  readonly plan: PlanDocument | PrintedConfig;
  readonly status: StatusDocument;
  readonly watch: WatchDocument;
  readonly logs: LogsDocument;
  readonly cancel: CancelDocument;
  readonly init: InitDocument;
  readonly train: TrainDocument | DivergedDocument | InterruptedTrainDocument | PrintedConfig;
  readonly eval: TextScores | TensorScores;
  readonly generate: GenerateDocument;
  readonly memory: MemoryDocument | SeveralModelsDocument | EngineMemoryDocument | MemoryListDocument;
  readonly inspect: InspectDocument;
  readonly truncate: TruncateDocument;
  readonly merge: MergeDocument;
  readonly export: PeftExportDocument | GgufExportDocument;
  readonly quantize: QuantizeDocument;
  readonly report: ReportDocument;
  readonly judge: JudgeDocument;
  readonly verdict: VerdictDocument;
  readonly config: ConfigDocument;
  readonly doctor: DoctorDocument | CudaSetupDocument | TensorflowSetupDocument;
  readonly completion: CompletionDocument;
  /** Document of every command that fails. */
  readonly error: ErrorDocument;
}
