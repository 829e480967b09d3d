/** The shells that are completed in. No import here: a command's help reads it. */
export const shells = ["bash", "zsh", "fish", "powershell"] as const;
