import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
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

test("the lines of the key of TLS are secret, and one that is not there is none", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-tls-key-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
  await writeFile(join(folder, "key.pem"), `-----BEGIN PRIVATE KEY-----\n${line}\nabc=\n-----END PRIVATE KEY-----\n`);
  const environment = { DISPATCH_TLS_CERT: "cert.pem", DISPATCH_TLS_KEY: "key.pem" };
  expect(secretValues(readSettings(environment), folder).values()).toEqual([line]);
  expect(secretValues(readSettings({ ...environment, DISPATCH_TLS_KEY: "none.pem" }), folder).values()).toEqual([]);
});
