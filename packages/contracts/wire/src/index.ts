export type * from "./agent-event.ts";
export type * from "./chunk.ts";
export type * from "./computer.ts";
export type * from "./conversation.ts";
export type * from "./fault.ts";
export type * from "./heartbeat.ts";
export type * from "./usage.ts";
export type * from "./workspace.ts";
