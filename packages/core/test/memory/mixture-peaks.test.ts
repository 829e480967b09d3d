import { modelShapeFromConfig } from "../../src/models.ts";
import { describePeaks } from "./peak-cases.ts";

// Written by scripts/reference/mixture_peaks.py: bytes of all tensors that are alive, in a step of PEFT on the CPU.
describePeaks("a step of a mixture in PEFT", "mixture-peaks.json", (config) => modelShapeFromConfig(config));
