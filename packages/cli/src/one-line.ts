/** What stands in one line of a list stays in it, whatever it was cut from. */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
