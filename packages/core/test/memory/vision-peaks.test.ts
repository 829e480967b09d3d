import { modelShapeFromConfig, withVision } from "../../src/models.ts";
import { describePeaks } from "./peak-cases.ts";

// Written by scripts/reference/vision_peaks.py: bytes of all tensors alive in a step of PEFT, as CUDA would hold them.
describePeaks("a step of a model that reads images, in PEFT", "vision-peaks.json", (config) =>
  withVision(modelShapeFromConfig(config), config),
);
