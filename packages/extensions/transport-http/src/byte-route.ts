import type { ByteRoute } from "./contract.ts";
import { tokenEnded } from "./faults.ts";
import type { Route } from "./route.ts";
import { securityHeaders } from "./security-headers.ts";
import { whileAllowed } from "./visitor.ts";

export const byteRoute = ({ path, read }: ByteRoute): Route => ({
  method: "GET",
  path,
  async answer({ request, params, visitor }) {
    const { bytes, contentType, headers } = await read(params, whileAllowed(request.signal, visitor));
    if (visitor.ended?.aborted === true) throw tokenEnded();
    return new Response(bytes, {
      headers: {
        "Cache-Control": "no-store",
        Vary: "Origin",
        ...headers,
        "Content-Type": contentType,
        ...securityHeaders,
      },
    });
  },
});
