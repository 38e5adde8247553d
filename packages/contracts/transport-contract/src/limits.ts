/** What a server of this protocol takes from a client. Beyond the first it answers 413, beyond the second 431, beyond the others 400. */
export const bodyBytesMax = 16 * 1024 * 1024;
export const headerBytesMax = 16 * 1024;
export const jsonDepthMax = 100;
export const messageCharsMax = 1_000_000;
export const imagesMax = 32;
/** Of one image, and of all images of a message together. */
export const imageBytesMax = 8 * 1024 * 1024;
export const messageImagesBytesMax = 11 * 1024 * 1024;
export const titleCharsMax = 1_000;
export const pathCharsMax = 4_096;
/** Of one answer to where a path may go on. */
export const foldersMax = 200;
export const modelNameCharsMax = 512;
/** Of surfaces, actions and queued messages, where a client names one. */
export const nameCharsMax = 128;
export const templateCharsMax = 100_000;
/** Of a search. */
export const queryCharsMax = 500;
export const searchResultsDefault = 20;
export const searchResultsMax = 100;

/** Of one provider. */
export const concurrencyLimitMax = 10_000;
export const concurrencyCooldownMsMax = 3_600_000;

/** How long `GET …/last` waits for a running turn. */
export const lastTimeoutMsDefault = 60_000;
export const lastTimeoutMsMax = 3_600_000;

/** Of one request that answers several questions. */
export const approvalsAnsweredMax = 200;
export const approvalReasonCharsMax = 2_000;

/** Of one conversation, of one workspace, and of the server. */
export const policyRulesMax = 200;
export const policyCommandCharsMax = 2_000;
