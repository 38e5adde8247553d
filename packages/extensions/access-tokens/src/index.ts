import { asFault, defineExtension } from "@dispatch/kernel";
import { implement, Ops } from "@dispatch/op-registry/contract";
import { Secrets } from "@dispatch/secrets/contract";
import { createToken, listTokens, revokeToken } from "@dispatch/transport-contract";
import { TokenKinds } from "@dispatch/transport-http/contract";
import { durationMs } from "./duration.ts";
import { TokenBook } from "./token-book.ts";
import { tokenPrefix } from "./token-text.ts";

/** How often expiry is looked at. No token counts for less than a minute, so none outlives its time. */
const lookMs = 60_000;

/** Tokens that people make, name and revoke, beside the one of the configuration. */
export default defineExtension({
  id: "access-tokens",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "secrets", "transport-http"],
  capabilities: ["secrets"],
  async activate(host) {
    const { clock, log } = host;
    const secrets = host.use(Secrets);
    const book = host.own(
      new TokenBook({
        store: host.store,
        clock,
        keep: (text) => secrets.keep(text),
        failed: (thrown) => log.warn("token-not-stored", { error: asFault(thrown).message }),
      }),
    );
    await book.load();
    host.contribute(TokenKinds, { id: "access-tokens", prefix: tokenPrefix, authenticate: (text) => book.authenticate(text) });
    host.contribute(
      Ops,
      implement(listTokens, () => ({ tokens: book.list() })),
    );
    host.contribute(
      Ops,
      implement(createToken, ({ name, readonly = false, expires }, { caller }) => {
        const lifeMs = expires === undefined ? undefined : durationMs(expires);
        return book.create({ name, readonly, lifeMs, createdBy: caller.name });
      }),
    );
    host.contribute(
      Ops,
      implement(revokeToken, ({ token }) => book.revoke(token)),
    );
    host.spawn("expire", async (signal) => {
      while (!signal.aborted) await clock.sleep(Math.min(lookMs, book.expire()), signal);
    });
  },
});
