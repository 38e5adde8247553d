/** How long a turn may be silent before its server is asked whether it is there. */
export const silenceMsDefault = 60_000;

export interface LivingStreamOptions {
  readonly silenceMs: number;
  /** Rejects when the server does not answer. */
  ask(): Promise<void>;
}

/**
 * A model may think, and a tool may run, for longer than any limit: silence alone ends nothing. Where nobody answers behind it, the stream throws what
 * asking threw.
 */
export function livingStream<T>(pieces: AsyncIterable<T>, options: LivingStreamOptions): AsyncGenerator<T, void, void> {
  const source = pieces[Symbol.asyncIterator]();
  // At once: what has come is lost when the connection breaks before anybody reads.
  return readOn(source, met(source.next()), options);
}

async function* readOn<T>(
  source: AsyncIterator<T>,
  first: Promise<IteratorResult<T>>,
  { silenceMs, ask }: LivingStreamOptions,
): AsyncGenerator<T, void, void> {
  try {
    for (let next = first; ; next = met(source.next())) {
      while (await isSilent(next, silenceMs)) await Promise.race([ask(), next]);
      const { done, value } = await next;
      if (done) return;
      yield value;
    }
  } finally {
    // A source in the middle of a wait would not hear of it before it has something to say.
    void source.return?.()?.catch(() => {});
  }
}

/** Whoever awaits it hears of a rejection, also when that is later. */
function met<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function isSilent(next: Promise<unknown>, silenceMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), silenceMs);
  try {
    return await Promise.race([next.then(() => false), promise]);
  } finally {
    clearTimeout(timer);
  }
}
