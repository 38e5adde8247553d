import { neutralise } from "./neutralise.ts";
import type { Sink } from "./screen.ts";
import { paint } from "./tone.ts";

/** A line that moves while nothing else is written. On a sink that is no terminal it does nothing. */
export interface Spinner {
  show(label: string): void;
  clear(): Promise<void>;
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 80;
const eraseLine = "\r\u001b[2K";

export function createSpinner(sink: Sink, colours: boolean): Spinner {
  let timer: ReturnType<typeof setInterval> | undefined;
  let label = "";
  let frame = 0;
  let drawn: Promise<void> | undefined;
  const draw = () => {
    const line = `${frames[frame++ % frames.length]} ${label}`.slice(0, Math.max(sink.columns - 1, 1));
    drawn = sink.write(`${eraseLine}${colours ? paint(line, "quiet") : line}`);
  };
  return {
    show(next) {
      if (!sink.isTerminal) return;
      label = neutralise(next).replaceAll("\n", " ");
      timer ??= setInterval(draw, frameMs);
    },
    async clear() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      if (drawn === undefined) return;
      await drawn;
      drawn = undefined;
      await sink.write(eraseLine);
    },
  };
}
