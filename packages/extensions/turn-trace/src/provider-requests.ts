import type { Attributes, Model, ModelPart, ModelRequest } from "@dispatch/kernel";
import type { OpenSpan } from "./span-book.ts";
import { usageAttributes } from "./turn-tracer.ts";

export interface RequestWatch {
  /** `undefined`: nobody wants to know. */
  begin(request: ModelRequest): RequestTrace | undefined;
}
export interface RequestTrace {
  readonly span: OpenSpan;
  heard(part: ModelPart): void;
}

/** The same model; each request to its provider is a span. By hand and not a generator: every delta takes this way. */
export function tracedModel(model: Model, watch: RequestWatch): Model {
  return {
    name: model.name,
    ...(model.contextWindow === undefined ? {} : { contextWindow: model.contextWindow }),
    ...(model.vision === undefined ? {} : { vision: model.vision }),
    stream(request, signal) {
      const stream = model.stream(request, signal);
      return { [Symbol.asyncIterator]: () => tracedParts(stream[Symbol.asyncIterator](), watch.begin(request)) };
    },
  };
}

function tracedParts(parts: AsyncIterator<ModelPart>, trace: RequestTrace | undefined): AsyncIterator<ModelPart> {
  if (trace === undefined) return parts;
  let last: ModelPart["type"] | undefined;
  let usage: Attributes = {};
  const hear = (result: IteratorResult<ModelPart>) => {
    if (result.done) {
      trace.span.end("error", { ...usage, cut: true });
      return result;
    }
    const part = result.value;
    // What comes after a first delta of its kind tells nothing new.
    if (part.type === last && part.type !== "usage") return result;
    last = part.type;
    trace.heard(part);
    if (part.type === "usage") usage = usageAttributes(part.usage);
    if (part.type === "finish")
      trace.span.end("ok", { ...usage, finishReason: part.unified, ...(part.raw === undefined ? {} : { rawFinishReason: part.raw }) });
    if (part.type === "error") trace.span.end("error", { ...usage, "error.message": part.message, "error.code": part.code });
    return result;
  };
  const fail = (thrown: unknown): never => {
    trace.span.end("error", { "error.message": thrown instanceof Error ? thrown.message : String(thrown) });
    throw thrown;
  };
  return {
    next: () => parts.next().then(hear, fail),
    return: async () => {
      trace.span.end("error", { ...usage, cut: true });
      return (await parts.return?.()) ?? { done: true, value: undefined };
    },
  };
}
