import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TempFolder extends AsyncDisposable {
  readonly path: string;
  write(name: string, text: string | Uint8Array, mode?: number): Promise<string>;
  /** Runs git in the folder, with nobody's configuration. */
  git(...words: string[]): Promise<void>;
}

/** The environment of a person who has configured nothing. */
export const plainEnvironment = { PATH: process.env.PATH, HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };

export const tempFolder = async (): Promise<TempFolder> => folderAt(await realpath(await mkdtemp(join(tmpdir(), "dispatch-prompt-"))));

export function folderAt(path: string): TempFolder {
  return {
    path,
    async write(name, text, mode = 0o644) {
      const whole = join(path, name);
      await mkdir(dirname(whole), { recursive: true });
      await writeFile(whole, text, { mode });
      return whole;
    },
    async git(...words) {
      const who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
      const child = Bun.spawn(["git", ...who, ...words], {
        cwd: path,
        env: plainEnvironment,
        stdin: "ignore",
        stdout: "ignore",
        stderr: "pipe",
      });
      if ((await child.exited) !== 0) throw new Error(await new Response(child.stderr).text());
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
