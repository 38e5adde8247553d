import { expect, test } from "vitest";
import { openLanguageDesk } from "./language.fixture.ts";

const project = {
  "pyrightconfig.json": "{}",
  "add.py": 'def add(a: int, b: int) -> int:\n    """Adds."""\n    return a + b\n',
  "main.py": "from add import add\n\ntotal: str = add(1, 2)\n",
};

test("pyright is asked like any other, what it pushes and answers counts once", async () => {
  const { ask, put } = await openLanguageDesk(project);
  const told = async (input: object) => (await ask({ ...input })).text;
  const diagnostics = await told({ action: "diagnostics", path: "main.py" });
  expect(diagnostics).toMatch(
    /^main\.py: 1 error\nerror 3:14 Type "int" is not assignable to declared type "str".*\[Pyright reportAssignmentType\]$/,
  );
  expect(await told({ action: "hover", path: "main.py", symbol: "add", line: 3 })).toContain("def add(");
  expect(await told({ action: "definition", path: "main.py", symbol: "add", line: 3 })).toBe("add.py:1:5  def add(a: int, b: int) -> int:");
  expect(await told({ action: "references", path: "add.py", symbol: "add" })).toContain("main.py:3:14");
  expect(await told({ action: "rename_preview", path: "add.py", symbol: "add", newName: "plus" })).toContain("+total: str = plus(1, 2)");
  await put("main.py", "from add import add\n\ntotal: int = add(1, 2)\n");
  expect(await told({ action: "diagnostics", path: "main.py" })).toBe("main.py: no errors or warnings.");
});
