/** Child process of `lorank mcp`: answers tool calls in turn until the server ends. */
import { commandsFor } from "./commands/commands.ts";
import { answerOf, type ToolCall } from "./commands/mcp/answer.ts";

process.on("message", async (call: ToolCall) => process.send!(await answerOf(call, commandsFor)));
process.on("disconnect", () => process.exit());
