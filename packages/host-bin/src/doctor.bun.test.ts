import { expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";

interface Report {
  readonly database: string;
  readonly now: number;
  readonly checks: readonly { readonly id: string; readonly status: string; readonly detail: string; readonly hint?: string }[];
}

test("the server reports its extensions, providers, credentials and clock; the values of secrets are nowhere in it", async () => {
  await using api = await startApi([], {
    DISPATCH_API_KEY: "sk-very-secret-value",
    OPENAI_API_KEY: "sk-another-secret",
    DISPATCH_OPENAI_BASE_URL: "http://127.0.0.1:1",
  });
  const { status, body } = await api.get<Report>("/doctor");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    protocol: 1,
    runtime: expect.stringMatching(/^Bun /),
    database: expect.stringMatching(/dispatch\.db$/),
    schemaVersion: 1,
  });
  const of = (id: string) => body.checks.find((check) => check.id === id);
  expect(of("extensions")).toMatchObject({ status: "ok" });
  expect(of("credentials")).toMatchObject({ status: "ok", detail: "Set: DISPATCH_API_KEY, OPENAI_API_KEY." });
  expect(of("provider.openai-compat")).toMatchObject({ status: "ok", detail: expect.stringContaining("1 model") });
  expect(of("provider.openai")).toMatchObject({ status: "warn", hint: expect.stringContaining("Check its address") });
  expect(of("clock.jumps")).toMatchObject({ status: "ok" });
  expect(Math.abs(body.now - Date.now())).toBeLessThan(10_000);
  expect(JSON.stringify(body)).not.toMatch(/sk-/);
});
