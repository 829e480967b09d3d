/** Preloaded: the process of a trial fails, every other goes on. */
if (/worker\.[jt]s$/.test(process.argv[1] ?? "")) throw new Error("this trial was told to fail");
