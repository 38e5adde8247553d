import { expect, test } from "vitest";
import { runCommand } from "./process.fixture.ts";
import { json, serve } from "./server.fixture.ts";

const none = { files: 0, sizeBytes: 0 };

test("retention prints how long what is kept", async () => {
  using server = serve({
    "GET /retention": () => json({ conversationDays: 365, imageDays: 1, outputDays: 0, automatic: true }),
  });
  const { stdout, exitCode } = await runCommand(["retention", "--server", server.url]);
  expect([stdout.replace(/ {2,}/g, "  "), exitCode]).toEqual([
    "closed conversations  365 days\nimages nobody refers to  1 day\nlarge outputs of tools  for ever\nremoved  once a day\n",
    0,
  ]);
});

test("retention sets what its flags say, and nothing that is no number of days", async () => {
  using server = serve({ "PUT /retention": () => json({ conversationDays: 30, imageDays: 0, outputDays: 0, automatic: false }) });
  const run = (...words: readonly string[]) => runCommand(["retention", ...words, "--server", server.url]);
  expect((await run("--conversation-days", "30", "--automatic", "off")).stdout).toContain("30 days");
  expect(server.asked.map(({ body }) => body)).toEqual([{ conversationDays: 30, automatic: false }]);
  for (const words of [
    ["--image-days", "-1"],
    ["--image-days", "1.5"],
    ["--automatic", "maybe"],
    ["--output-days", "99999"],
  ])
    expect((await run(...words)).exitCode).toBe(2);
  expect(server.asked).toHaveLength(1);
});

test("prune shows what would go, and removes it with --apply alone", async () => {
  const answer = (dryRun: boolean) => ({
    dryRun,
    conversations: [
      { conversationId: "3f2a9c01-1111", title: "Plans\u001b[2J", lastActivityAt: Date.UTC(2020, 0, 2), archives: 1 },
      {
        conversationId: "stuck",
        title: "Old",
        lastActivityAt: Date.UTC(2020, 0, 3),
        archives: 0,
        ...(dryRun ? {} : { kept: "The disk is full." }),
      },
    ],
    more: 2,
    images: { files: 1, sizeBytes: 1_500_000 },
    outputs: none,
  });
  using server = serve({ "POST /retention/prune": ({ body }) => json(answer((body as { dryRun?: boolean }).dryRun !== false)) });
  const shown = await runCommand(["prune", "--conversation-days", "30", "--server", server.url]);
  expect(shown.stdout).toContain("3f2a9c01 | Plans");
  expect(shown.stdout).toContain("with 1 archive\n");
  expect(shown.stdout).toContain("and 2 conversations more");
  expect(shown.stdout).toContain(
    "Would remove 2 conversations, 1 image (1.5 MB), 0 outputs (0 B). Nothing was changed; --apply removes it.\n",
  );
  const gone = await runCommand(["prune", "--apply", "--server", server.url]);
  expect(gone.stdout).toContain(
    "  stays: The disk is full.\nand 2 conversations more, for the next time\nRemoved 1 conversation, 1 image (1.5 MB)",
  );
  expect(server.asked.map(({ body }) => body)).toEqual([{ conversationDays: 30 }, { dryRun: false }]);
  expect((await runCommand(["prune", "--apply", "--dry-run", "--server", server.url])).exitCode).toBe(2);
});
