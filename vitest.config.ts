import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const bunOnly = "packages/**/src/**/*.bun.test.ts";
const browser = "packages/web/browser/**/*.bun.test.ts";

// `pool` is not inherited by projects, and the default pool crashes under Bun.
export default defineConfig({
  test: {
    // Most files wait for processes of their own: as many at once as there are cores, and never one alone.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      {
        test: {
          name: "unit",
          pool: "threads",
          isolate: false,
          include: ["packages/**/src/**/*.test.ts"],
          exclude: ["**/node_modules/**", bunOnly],
        },
      },
      {
        test: {
          name: "bun",
          pool: "threads",
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: [bunOnly, browser],
          exclude: ["**/node_modules/**"],
        },
      },
    ],
  },
});
