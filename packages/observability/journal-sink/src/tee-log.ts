import type { Log } from "@dispatch/kernel";

/** Tells both. A span's id is the second's, unless it gives none: a journal's spans must be found under the ids that callers hand on. */
export function teeLog(first: Log, second: Log): Log {
  return {
    debug(msg, attributes, context) {
      first.debug(msg, attributes, context);
      second.debug(msg, attributes, context);
    },
    info(msg, attributes, context) {
      first.info(msg, attributes, context);
      second.info(msg, attributes, context);
    },
    warn(msg, attributes, context) {
      first.warn(msg, attributes, context);
      second.warn(msg, attributes, context);
    },
    error(msg, attributes, context) {
      first.error(msg, attributes, context);
      second.error(msg, attributes, context);
    },
    span(name, attributes, context) {
      const one = first.span(name, attributes, context);
      const other = second.span(name, attributes, context);
      return {
        spanId: other.spanId || one.spanId,
        end(status, later) {
          one.end(status, later);
          other.end(status, later);
        },
      };
    },
    named: (extensionId) => teeLog(first.named(extensionId), second.named(extensionId)),
  };
}
