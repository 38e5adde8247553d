/** One place in the log of a conversation, as the server's search gives it. */
export interface FoundPlace {
  readonly conversationId: string;
  readonly title: string;
  readonly workspaceId: string;
  readonly status: string;
  readonly lastActivityAt: number;
  /** 0: in the title alone. */
  readonly seq: number;
  readonly kind: string;
  readonly role?: string;
  readonly snippet: string;
  readonly matches: readonly { readonly start: number; readonly end: number }[];
}

export interface SearchAnswer {
  readonly results: readonly FoundPlace[];
  readonly indexing: boolean;
  readonly progress?: number;
}

export interface FoundGroup {
  /** The first of its places: what they all say of their conversation. */
  readonly of: FoundPlace;
  /** Without the title. */
  readonly places: readonly FoundPlace[];
}

/** By conversation, in the order in which the server names them. */
export const foundGroups = (results: readonly FoundPlace[]): readonly FoundGroup[] =>
  [...Map.groupBy(results, ({ conversationId }) => conversationId).values()].flatMap((places) => {
    const [of] = places;
    return of === undefined ? [] : [{ of, places: places.filter(({ seq }) => seq > 0) }];
  });

const speakers: { readonly [role: string]: string } = { user: "You", assistant: "Answer", tool: "Tool", system: "Summary" };
const kinds: { readonly [kind: string]: string } = { thinking: "Thoughts", "tool-call": "Tool", "tool-result": "Tool", error: "Error" };

/** Who says what was found. */
export const speakerOf = ({ kind, role = "" }: FoundPlace): string => kinds[kind] ?? speakers[role] ?? "";
