import { z } from "zod";

const todosMax = 200;
const contentCharsMax = 2_000;

export const todo = z.object({
  content: z.string().max(contentCharsMax).describe("What is to be done, in one sentence."),
  status: z.enum(["pending", "in_progress", "completed", "cancelled"]).describe("At most one task should be in_progress."),
  priority: z.enum(["high", "medium", "low"]).default("medium"),
});
export type Todo = z.output<typeof todo>;

export const todos = z.array(todo).max(todosMax);
