import { chatErrorBody, modelList } from "@dispatch/testkit";
import { nowMicros } from "../stamp.ts";
import { answerOf, pacedBeginning, pacedDelta, pacedEnding } from "./answer.ts";
import { frame, type HttpAnswer, type HttpRequest, lastFrame, serveHttp } from "./http.ts";
import { Pacer } from "./pacer.ts";
import { type Script, scriptOf, shortModel } from "./script.ts";

/** The fake model server, a process of its own: it tells its parent the port and lives as long as the parent does. */
const pacer = new Pacer();
const encoded = new Map<string, Uint8Array>();

const { port } = serveHttp((request, answer) => {
  if (request.path.endsWith("/models")) return answer.reply(200, modelList([shortModel]));
  const model = modelIn(request);
  const script = scriptOf(model);
  if (script === undefined) return answer.reply(404, chatErrorBody(`no script is called "${model}"`));
  answer.begin();
  if (script.kind === "paced") return streamPaced(script, answer);
  answer.send(encodedAnswer(model, script, script.kind === "reads" ? resultsIn(request) : 0));
});
process.on("disconnect", () => process.exit(0));
process.send?.({ port });

function streamPaced({ deltas, everyMs }: Extract<Script, { kind: "paced" }>, answer: HttpAnswer): void {
  answer.send(frame(pacedBeginning));
  pacer.add(everyMs, (index) => {
    if (!answer.open) return false;
    answer.send(frame(pacedDelta(index, nowMicros())));
    if (index + 1 < deltas) return true;
    answer.send(pacedEnding.map(frame).join("") + lastFrame);
    return false;
  });
}

function encodedAnswer(model: string, script: Script, resultsSoFar: number): Uint8Array {
  const key = `${model} ${resultsSoFar}`;
  const known = encoded.get(key);
  if (known !== undefined) return known;
  const bytes = Buffer.from(answerOf(script, resultsSoFar).map(frame).join("") + lastFrame, "latin1");
  encoded.set(key, bytes);
  return bytes;
}

/** Found, not parsed: a request of 10,000 messages is a megabyte, and inside a message a quote is always escaped. */
function modelIn({ body }: HttpRequest): string {
  const at = body.indexOf('"model":"');
  if (at < 0) return "";
  const begin = at + '"model":"'.length;
  return body.toString("latin1", begin, body.indexOf('"', begin));
}

function resultsIn({ body }: HttpRequest): number {
  return body.toString("latin1").split('"role":"tool"').length - 1;
}
