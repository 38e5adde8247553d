export type TodoStatus = "pending" | "in_progress" | "completed" | "cancelled";

export interface Todo {
  readonly content: string;
  readonly status: TodoStatus;
  readonly isUrgent: boolean;
}

const statuses: ReadonlySet<unknown> = new Set<TodoStatus>(["pending", "in_progress", "completed", "cancelled"]);

/** A status of a newer server counts as not begun. */
export function readTodos(payload: unknown): readonly Todo[] {
  const list = (payload as { todos?: unknown } | null | undefined)?.todos;
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: { content?: unknown; status?: unknown; priority?: unknown } | null) => {
    if (typeof one?.content !== "string") return [];
    return [
      {
        content: one.content,
        status: statuses.has(one.status) ? (one.status as TodoStatus) : "pending",
        isUrgent: one.priority === "high",
      },
    ];
  });
}
