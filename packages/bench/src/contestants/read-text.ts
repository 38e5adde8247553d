/** Hands on the body of a response as it comes. */
export async function readText(response: Response, see: (text: string) => void): Promise<void> {
  if (!response.ok || response.body === null)
    throw new Error(`${response.url} answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
  const decoder = new TextDecoder();
  for await (const bytes of response.body) see(decoder.decode(bytes, { stream: true }));
}
