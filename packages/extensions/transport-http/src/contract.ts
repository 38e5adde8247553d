import { defineService, type ServiceToken } from "@dispatch/kernel";

export interface HttpAddress {
  /** `http://host:port`, the port being the one that was bound. */
  readonly url: string;
}
export const HttpAddress: ServiceToken<HttpAddress> = defineService<HttpAddress>("transport-http/address");
