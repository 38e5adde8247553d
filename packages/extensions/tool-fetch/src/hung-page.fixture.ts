import type { Clock } from "@dispatch/kernel";
import { MarkdownWorker } from "./markdown-worker.ts";

/** Takes far longer to convert than a test waits. */
export const hungPage = { html: `<table><tr>${"<td>x".repeat(200_000)}`, url: "https://a.example/" };

/** A program of its own: converts the page by a clock whose time is over as soon as the thread has it, and has nothing else to do. */
if (import.meta.main) {
  const hasty: Clock = { now: () => 0, monotonic: () => 0, sleep: () => new Promise((wake) => setTimeout(wake, 300)) };
  await new MarkdownWorker(hasty)
    .convert(hungPage, new AbortController().signal)
    .catch((thrown: unknown) => process.stdout.write(String(thrown)));
}
