import { expect, test } from "vitest";
import { z } from "zod";
import {
  type BootOptions,
  CallTool,
  defineExtension,
  defineIntercept,
  defineNotify,
  definePoint,
  defineService,
  defineTool,
  defineTransform,
  type Host,
  type Kernel,
  refuse,
  say,
  Tools,
} from "../index.ts";

// These functions are compiled and never called: each `@ts-expect-error` is a misuse that the compiler has to catch, and the type check
// fails where one is no longer an error.

interface Board {
  items(conversationId: string): readonly string[];
}
const Board = defineService<Board>("board/board");
const Names = definePoint<{ readonly name: string }>("board/names", ({ name }) => name);
const Saved = defineNotify<{ readonly id: string }>("board/saved");
const Shape = defineTransform<string, { readonly turnId: string }>("board/shape");
const Guard = defineIntercept<{ readonly path: string }, boolean>("board/guard");

export function services(host: Host, kernel: Kernel) {
  host.provide(Board, { items: () => [] });
  // @ts-expect-error: not the service's shape
  host.provide(Board, { item: () => [] });
  // @ts-expect-error: a member gives something else
  host.provide(Board, { items: () => 3 });
  // @ts-expect-error: a member asks for something else
  host.provide(Board, { items: (id: number) => [String(id)] });
  // @ts-expect-error: a point is not a service
  host.provide(Names, { name: "x" });
  host.use(Board).items("c1");
  // @ts-expect-error: the service has no such member
  host.use(Board).things;
  // @ts-expect-error: used as another type
  const wrong: { items(): number } = host.use(Board);
  // @ts-expect-error: a hook is not a service
  kernel.use(Saved);
  return wrong;
}

export function points(host: Host) {
  host.contribute(Names, { name: "x" });
  // @ts-expect-error: not the point's item
  host.contribute(Names, { nam: "x" });
  // @ts-expect-error: an item, not its key
  host.contribute(Names, "x");
  // @ts-expect-error: a service is not a point
  host.contribute(Board, { items: () => [] });
  const names: readonly { readonly name: string }[] = host.gather(Names);
  // @ts-expect-error: what is gathered cannot be changed
  host.gather(Names).push({ name: "y" });
  // @ts-expect-error: gathered as another type
  const wrong: readonly number[] = host.gather(Names);
  // @ts-expect-error: not a tool
  host.contribute(Tools, { name: "x" });
  return [names, wrong];
}

export function handlers(host: Host) {
  host.on(Saved, ({ id }) => host.log.info(id));
  host.on(Saved, async ({ id }) => host.log.info(id));
  // @ts-expect-error: nobody reads what a notify handler gives
  host.on(Saved, ({ id }) => id);
  // @ts-expect-error: the event has no such field
  host.on(Saved, ({ name }) => host.log.info(name));

  host.on(Shape, (value, { turnId }) => `${value} ${turnId}`);
  host.on(Shape, async (value) => value);
  // @ts-expect-error: a transform gives the value's type
  host.on(Shape, (value) => value.length);
  // @ts-expect-error: a transform must give a value
  host.on(Shape, () => {});
  // @ts-expect-error: the context has no such field
  host.on(Shape, (value, { conversationId }) => `${value} ${conversationId}`);

  host.on(Guard, async ({ path }, next) => path !== "/" && (await next({ path })));
  // @ts-expect-error: an intercept gives the outcome's type
  host.on(Guard, async () => "yes");
  // @ts-expect-error: an intercept is always asynchronous
  host.on(Guard, () => true);
  // @ts-expect-error: what goes on is the whole input
  host.on(Guard, (_input, next) => next({}));
  // @ts-expect-error: a guard of tool calls gives a tool's result
  host.on(CallTool, async () => "refused");
  host.on(CallTool, async (call, next) => (call.tool.effect === "read" ? next(call) : refuse("no")));
  // @ts-expect-error: a point has no handlers
  host.on(Names, () => {});
}

export async function firing(host: Host) {
  host.fire(Saved, { id: "1" });
  // @ts-expect-error: not the event
  host.fire(Saved, { id: 1 });
  // @ts-expect-error: an event is needed
  host.fire(Saved);
  // @ts-expect-error: there is nothing to wait for
  host.fire(Saved, { id: "1" }).then(() => {});

  const shaped: string = await host.fire(Shape, "x", { turnId: "t" });
  // @ts-expect-error: not the value
  await host.fire(Shape, 1, { turnId: "t" });
  // @ts-expect-error: the context is needed
  await host.fire(Shape, "x");
  // @ts-expect-error: not the context
  await host.fire(Shape, "x", { turn: "t" });

  const allowed: boolean = await host.fire(Guard, { path: "/" }, async () => true);
  // @ts-expect-error: the innermost gives the outcome's type
  await host.fire(Guard, { path: "/" }, async () => "yes");
  // @ts-expect-error: something must happen in the end
  await host.fire(Guard, { path: "/" });
  return [shaped, allowed];
}

export function belongings(host: Host) {
  const listener = host.own({ port: 1, [Symbol.dispose]() {} });
  const port: number = listener.port;
  // @ts-expect-error: nothing to dispose of
  host.own({ port: 1 });
  host.spawn("task", async (signal) => signal.throwIfAborted());
  // @ts-expect-error: a task is asynchronous
  host.spawn("task", () => 3);
  // @ts-expect-error: a task has a name
  host.spawn(async () => {});
  return port;
}

const manifest = { id: "web", version: "1.0.0", apiVersion: "1", tier: "standard", dependsOn: [], capabilities: [] } as const;
const config = z.strictObject({ port: z.int().default(80) });

export const extensions = () => [
  defineExtension({ ...manifest, config, activate: (host) => host.log.info("up", { port: host.config.port }) }),
  // @ts-expect-error: not the type that the schema gives
  defineExtension({ ...manifest, config, activate: (host) => void host.config.port.toUpperCase() }),
  // @ts-expect-error: no such setting
  defineExtension({ ...manifest, config, activate: (host) => void host.config.prot }),
  // @ts-expect-error: without a schema there is no configuration
  defineExtension({ ...manifest, activate: (host) => void host.config.port }),
  // @ts-expect-error: no such tier
  defineExtension({ ...manifest, tier: "optional", activate() {} }),
  // @ts-expect-error: no such capability
  defineExtension({ ...manifest, capabilities: ["disk"], activate() {} }),
  // @ts-expect-error: an extension activates
  defineExtension(manifest),
  // @ts-expect-error: no ninth verb
  defineExtension({ ...manifest, activate: (host) => void host.tools }),
];

export const tools = () => [
  defineTool({
    name: "echo",
    description: "",
    input: z.strictObject({ text: z.string() }),
    effect: "read",
    timeoutMs: 1,
    run: async ({ text }) => say(text),
  }),
  defineTool({
    name: "echo",
    description: "",
    input: z.strictObject({ text: z.string() }),
    effect: "read",
    timeoutMs: 1,
    // @ts-expect-error: no such field of the input
    run: async ({ txt }) => say(txt),
  }),
];

// @ts-expect-error: a token's id says its owner
export const ownerless = () => defineService<Board>("board");

export function options(given: BootOptions) {
  // @ts-expect-error: every tier says what it is granted
  const granted: BootOptions["granted"] = { core: [] };
  // @ts-expect-error: the report is not for writing
  given.extensions.push({});
  return granted;
}

test("the compiler has read the misuses above", () => {
  expect([services, points, handlers, firing, belongings, extensions, tools, ownerless, options].every((check) => check.length >= 0)).toBe(
    true,
  );
});
