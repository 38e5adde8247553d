/** The part that an address names: `policy` of `settings.policy`. */
export const partOf = (viewId: string | undefined): string | undefined => viewId?.split(".")[1];
