import type { z } from "zod";

/**
 * One operation, declared once. Its HTTP route, CLI command, MCP tool and OpenAPI entry are derived from this; none is written by hand.
 * `Input` is one flat object: path parameters, query parameters and body fields share a namespace.
 */
export interface Op<Input = unknown, Output = unknown> {
  /** `<area>.<verb>`. */
  readonly id: `${string}.${string}`;
  readonly intent: "read" | "write" | "destroy";
  /** One sentence for people: help, OpenAPI and MCP show it. */
  readonly summary: string;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  readonly http: HttpProjection;
  /** Absent: the op has no command. */
  readonly cli?: CliProjection;
  readonly examples: readonly Example<Input, Output>[];
}

export interface HttpProjection {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Parameters as `:name`, each a field of the input. GET and DELETE take the other fields from the query, POST and PUT from the body. */
  readonly path: `/${string}`;
  /** A body that cannot be read counts as `{}`: for the few routes whose body is optional. */
  readonly bodyOptional?: true;
  /** What a fault of kind `unavailable` answers, where clients expect another status than 503. */
  readonly unavailableStatus?: 502;
}

export interface CliProjection {
  readonly command: string;
  /** Input fields given by position; the others are `--flags`. */
  readonly operands?: readonly string[];
}

export interface Example<Input, Output> {
  readonly input: Input;
  readonly output: Output;
  /** What the example needs before it can be executed, by the name of a fixture; absent: an empty server. */
  readonly given?: string;
}

type InputOf<I extends z.ZodType> = z.output<I>;

export function defineOp<I extends z.ZodType, O extends z.ZodType>(op: {
  readonly id: `${string}.${string}`;
  readonly intent: "read" | "write" | "destroy";
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  readonly http: HttpProjection;
  readonly cli?: CliProjection;
  readonly examples: readonly Example<z.input<I>, z.output<O>>[];
}): Op<InputOf<I>, z.output<O>> {
  return op as unknown as Op<InputOf<I>, z.output<O>>;
}
