import type { Command } from "../command.ts";
import { cancel } from "./cancel/command.ts";
import { completion } from "./completion/command.ts";
import { config } from "./config/command.ts";
import { doctor } from "./doctor/command.ts";
import { evalCommand } from "./eval/command.ts";
import { exportCommand } from "./export/command.ts";
import { generate } from "./generate/command.ts";
import { init } from "./init/command.ts";
import { inspect } from "./inspect/command.ts";
import { judge } from "./judge/command.ts";
import { logs } from "./logs/command.ts";
import { mcp } from "./mcp/command.ts";
import { memory } from "./memory/command.ts";
import { merge } from "./merge/command.ts";
import { plan } from "./plan/command.ts";
import { quantize } from "./quantize/command.ts";
import { report } from "./report/command.ts";
import { status } from "./status/command.ts";
import { sweep } from "./sweep/command.ts";
import { train } from "./train/command.ts";
import { truncate } from "./truncate/command.ts";
import { verdict } from "./verdict/command.ts";
import { watch } from "./watch/command.ts";
import { worker } from "./worker/command.ts";

/** All commands, in the order of help. */
export const commands: readonly Command[] = [
  sweep,
  plan,
  init,
  train,
  memory,
  status,
  watch,
  logs,
  cancel,
  report,
  verdict,
  config,
  evalCommand,
  generate,
  inspect,
  truncate,
  merge,
  exportCommand,
  quantize,
  judge,
  worker,
  doctor,
  completion,
  mcp,
];
