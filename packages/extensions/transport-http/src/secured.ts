/** What browsers are told of every answer, whoever made it. Answers that are pages bring a policy of their own. */
const headers: readonly (readonly [name: string, value: string])[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["X-Frame-Options", "DENY"],
  ["Cross-Origin-Resource-Policy", "same-site"],
];
const policyName = "Content-Security-Policy";
const policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function secured(response: Response): Response {
  for (const [name, value] of headers) response.headers.set(name, value);
  if (!response.headers.has(policyName)) response.headers.set(policyName, policy);
  return response;
}
