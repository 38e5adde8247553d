import type { ByteRoute } from "./contract.ts";
import type { Route } from "./route.ts";

export const byteRoute = ({ path, read }: ByteRoute): Route => ({
  method: "GET",
  path,
  async answer({ request, params }) {
    const { bytes, contentType, headers } = await read(params, request.signal);
    return new Response(bytes, {
      headers: {
        "Cache-Control": "no-store",
        Vary: "Origin",
        ...headers,
        "Content-Type": contentType,
        "X-Content-Type-Options": "nosniff",
      },
    });
  },
});
