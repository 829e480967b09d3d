export const pythonFiles = [
  "sweep.yaml",
  "train.py",
  "evaluate.py",
  "lorank_points.py",
  "lorank_trial.py",
  "requirements.txt",
] as const;

export const completions = {
  files: [...pythonFiles, "benchmark.py", "retention.py"],
  columns: "prompt and completion",
} as const;

export const configured = {
  ...completions,
  files: [...completions.files, "lorank_config.py", "config.yaml"],
} as const;
