import type { ActivationReport, Extension } from "./extension.ts";
import type { Provider } from "./model.ts";
import {
  defineIntercept,
  defineNotify,
  definePoint,
  defineService,
  type InterceptToken,
  type NotifyToken,
  type PointToken,
  type ServiceToken,
  type TokenId,
} from "./token.ts";
import type { Tool, ToolCall, ToolResult } from "./tool.ts";

export const Tools: PointToken<Tool> = definePoint<Tool>("kernel/tools", (tool) => tool.name);
export const Providers: PointToken<Provider> = definePoint<Provider>("kernel/providers", (provider) => provider.id);

/** A validated tool call on its way to its tool. */
export interface ToolInvocation extends ToolCall {
  readonly tool: Tool;
  readonly input: unknown;
}
/** Guards stand here. A throw is the outcome: the call is not made. */
export const CallTool: InterceptToken<ToolInvocation, ToolResult> = defineIntercept<ToolInvocation, ToolResult>("kernel/call-tool");

/** Runs one invocation through every guard. */
export interface ToolCalls {
  call(invocation: ToolInvocation): Promise<ToolResult>;
}
export const ToolCalls: ServiceToken<ToolCalls> = defineService<ToolCalls>("kernel/tool-calls");

/** What was activated, what failed and why. Readable while extensions still activate. */
export interface Extensions {
  all(): readonly Extension[];
  report(): ActivationReport;
}
export const Extensions: ServiceToken<Extensions> = defineService<Extensions>("kernel/extensions");

/** Every extension that could be activated is. Doors answer from here on. */
export const Booted: NotifyToken<ActivationReport> = defineNotify<ActivationReport>("kernel/booted");

/** Something came to a point or went from it. Told after the fact, for those who show or follow what a point holds. */
export const PointChanged: NotifyToken<{ readonly point: TokenId }> = defineNotify<{ readonly point: TokenId }>("kernel/point-changed");
