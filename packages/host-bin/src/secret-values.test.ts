import { expect, test } from "vitest";
import { secretValues } from "./secret-values.ts";
import { readSettings, secretVariables } from "./settings.ts";

test("every variable that holds a secret is known, each header of the export by itself, and passwords in URLs", () => {
  const environment = Object.fromEntries(secretVariables.map((name) => [name, `canary-${name}`]));
  const settings = readSettings({
    ...environment,
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20canary-header-1,x-tenant=acme",
    DISPATCH_BASE_URL: "http://me:canary%2Fpass@127.0.0.1:1/v1",
  });
  const values = secretValues(settings).values();
  for (const name of secretVariables.filter((one) => !one.includes("HEADERS"))) expect(values, name).toContain(`canary-${name}`);
  expect(values).toEqual(expect.arrayContaining(["canary-header-1", "Bearer canary-header-1", "canary%2Fpass", "canary/pass"]));
  expect(values).not.toContain("acme");
});

test("without a secret there is none", () => {
  expect(secretValues(readSettings({})).values()).toEqual([]);
});
