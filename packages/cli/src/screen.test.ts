import { expect, test } from "vitest";
import { createScreen, type Sink } from "./screen.ts";

/** A stream that keeps what it is given. */
function keep(isTerminal: boolean) {
  const written: string[] = [];
  const sink: Sink = {
    isTerminal,
    columns: 80,
    async write(text) {
      written.push(text);
    },
  };
  return { sink, text: () => written.join("") };
}

function screenOn(terminal: boolean, colours = false) {
  const out = keep(terminal);
  const err = keep(terminal);
  return { screen: createScreen({ stdout: out.sink, stderr: err.sink, colours }), out, err };
}

test("a pipe gets exactly the text, a terminal gets it without control characters", async () => {
  const pipe = screenOn(false, true);
  await pipe.screen.write({ text: "\u001b[31mred\r\n", tone: "bad" });
  expect(pipe.out.text()).toBe("\u001b[31mred\r\n");
  const terminal = screenOn(true);
  await terminal.screen.write({ text: "\u001b[31mred\r\n", tone: "bad" });
  expect(terminal.out.text()).toBe("␛[31mred\n");
});

test("colours surround the text on a terminal that has them", async () => {
  const { screen, out, err } = screenOn(true, true);
  await screen.write({ text: "plain " }, { text: "red", tone: "bad" }, { text: "told", tone: "bad", to: "stderr" });
  expect(out.text()).toBe("plain \u001b[31mred\u001b[39m");
  expect(err.text()).toBe("\u001b[31mtold\u001b[39m");
});

test("a character that comes in two halves is written whole", async () => {
  const { screen, out } = screenOn(false);
  await screen.write({ text: "a\ud83d" });
  expect(out.text()).toBe("a");
  await screen.write({ text: "\udca5b" });
  expect(out.text()).toBe("a💥b");
});

test("what wants its own line ends an open one on a terminal, and changes nothing in a pipe", async () => {
  for (const [terminal, expected] of [
    [true, "open\nnext\n"],
    [false, "opennext\n"],
  ] as const) {
    const { screen, out } = screenOn(terminal);
    await screen.write({ text: "open" }, { text: "next\n", ownLine: true });
    expect(out.text()).toBe(expected);
  }
});

test("an error on its own line ends the line that is open on stdout", async () => {
  const { screen, out, err } = screenOn(true);
  await screen.write({ text: "half" }, { text: "[error] gone\n", to: "stderr", ownLine: true });
  expect([out.text(), err.text()]).toEqual(["half\n", "[error] gone\n"]);
});

test("in a pipe nothing moves", async () => {
  const { screen, err } = screenOn(false);
  screen.busy("thinking");
  await screen.write({ text: "x" });
  expect(err.text()).toBe("");
});
