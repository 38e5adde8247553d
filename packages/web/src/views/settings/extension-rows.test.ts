import { describe, expect, test } from "vitest";
import { extensionRows } from "./extension-rows.ts";

const spec = (payload: unknown) => ({
  id: "loaded-extensions",
  region: "side",
  title: "Loaded Extensions",
  fields: [
    { kind: "stat", label: "Loaded", value: "2" },
    { kind: "custom", rendererId: "table", payload },
  ] as const,
});

describe("rows of extensions", () => {
  test("what does not run comes first, with its reason", () => {
    const rows = extensionRows(
      spec({
        columns: ["Name", "Version", "Trust", "Activation"],
        rows: [
          ["todo", "1.0.0", "standard", "active"],
          ["lsp", "1.0.0", "standard", "failed: no folder"],
          ["pager", "0.1.0", "process", "running"],
        ],
      }),
    );
    expect(rows.map(({ name, works }) => [name, works])).toEqual([
      ["lsp", false],
      ["todo", true],
      ["pager", true],
    ]);
    expect(rows[0]?.activation).toBe("failed: no folder");
  });

  test("a table that another server draws in another way has no rows, and breaks nothing", () => {
    for (const payload of [null, 7, {}, { rows: "x" }, { rows: [1, null] }]) expect(extensionRows(spec(payload))).toEqual([]);
    expect(extensionRows(spec({ rows: [[], ["a"]] }))).toHaveLength(2);
  });
});
