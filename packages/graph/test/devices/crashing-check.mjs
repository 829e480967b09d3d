// What a driver may do to the process that loads it.
process.abort();
