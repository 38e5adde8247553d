export { type KeyedCredential, keyedCredentials } from "./configuration.ts";
export { type Contribution, contributionsOf } from "./contributions.ts";
