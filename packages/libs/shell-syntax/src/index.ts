export { parseScript, scriptCharsMax, scriptDepthMax } from "./parse-script.ts";
export type { Redirect, Script, SimpleCommand, Word } from "./script.ts";
