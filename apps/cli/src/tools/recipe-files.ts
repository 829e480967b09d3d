/** Files of each recipe in Python. */
export const pythonFiles = [
  "sweep.yaml",
  "train.py",
  "evaluate.py",
  "lorank_trial.py",
  "requirements.txt",
] as const;

/** A recipe that trains on completions. */
export const completions = {
  files: [...pythonFiles, "benchmark.py"],
  columns: "prompt and completion",
} as const;

/** The same with a tool's own config. */
export const configured = {
  ...completions,
  files: [...completions.files, "lorank_config.py", "config.yaml"],
} as const;
