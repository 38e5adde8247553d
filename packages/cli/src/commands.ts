import { allOps } from "@dispatch/transport-contract";
import type { Command } from "./command.ts";
import { approve, deny } from "./commands/approve.ts";
import { backup } from "./commands/backup.ts";
import { chat } from "./commands/chat.ts";
import { completionCommand } from "./commands/completion.ts";
import { doctor } from "./commands/doctor.ts";
import { exportCommand } from "./commands/export.ts";
import { policy } from "./commands/policy.ts";
import { restore } from "./commands/restore.ts";
import { retention } from "./commands/retention.ts";
import { send } from "./commands/send.ts";
import { settingsCommand } from "./commands/settings.ts";
import { systemPrompt } from "./commands/system-prompt.ts";
import { token } from "./commands/token.ts";
import { trust, untrust } from "./commands/trust.ts";
import { opCommand } from "./op-command.ts";
import { trace } from "./trace/trace-command.ts";

/**
 * The hand-written commands are those that no op can be: two that stream a turn, some that stand for several ops, those that read traces from their database, and
 * completion.
 */
export const commands: readonly Command[] = [
  chat,
  send,
  // Those of two words stand within a command of one.
  ...allOps.flatMap((op) => (op.cli?.command.includes(" ") ? [] : (opCommand(op) ?? []))),
  approve,
  deny,
  trust,
  untrust,
  settingsCommand,
  systemPrompt,
  doctor,
  backup,
  restore,
  exportCommand,
  retention,
  policy,
  token,
  trace,
  completionCommand(() => commands),
];
