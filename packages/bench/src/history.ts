/** The past of the long conversation, the same for every contestant: people and models talking in turns, a sentence or two each. */
export interface EarlierMessage {
  readonly role: "user" | "assistant";
  readonly text: string;
}

export function earlierMessages(count: number): readonly EarlierMessage[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0
      ? { role: "user", text: `Question ${index}: what does part ${index % 97} of the system do, and who depends on it?` }
      : {
          role: "assistant",
          text: `Part ${index % 97} keeps the records of part ${index % 89}. Nothing else depends on it, as far as I can see.`,
        },
  );
}
