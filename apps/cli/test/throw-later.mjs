/** For `--import`: throws once the program runs, from where nobody waits for it. */
const look = setInterval(() => {
  if (process.listenerCount("uncaughtExceptionMonitor") === 0) return;
  clearInterval(look);
  throw new TypeError("nobody waits for this");
}, 1);
