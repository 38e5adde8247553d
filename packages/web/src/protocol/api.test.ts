import { expect, test } from "vitest";
import { createApi } from "./api.ts";

function server(answer: (url: string, init: RequestInit) => Response | Error) {
  const asked: { url: string; init: RequestInit }[] = [];
  let denied = 0;
  const api = createApi({
    base: "http://h",
    token: () => "secret",
    onDenied: () => {
      denied += 1;
    },
    fetch: async (url, init) => {
      asked.push({ url, init });
      const given = answer(url, init);
      if (given instanceof Error) throw given;
      return given;
    },
  });
  return { api, asked, denied: () => denied };
}

test("a window of the log is asked for with the token, and without cookies", async () => {
  const { api, asked } = server(() => Response.json({ chunks: [], latestSeq: 7 }));
  expect(await api.log("a/b", { sinceSeq: 7, limit: 2 })).toEqual([]);
  expect(asked).toMatchObject([
    {
      url: "http://h/conversations/a%2Fb?sinceSeq=7&limit=2",
      init: { method: "GET", credentials: "omit", headers: { Authorization: "Bearer secret" } },
    },
  ]);
});

test("a fault of the server keeps its kind, its code and its words", async () => {
  const { api } = server(() => Response.json({ error: "No such thing.", code: "x/y", kind: "missing" }, { status: 404 }));
  await expect(api.metrics("c")).rejects.toMatchObject({ message: "No such thing.", code: "x/y", kind: "missing", status: 404 });
  expect(await api.isActive("c")).toBe(false);
});

test("a proxy's page, a body that is no JSON and a server that is gone are faults that say so", async () => {
  await expect(server(() => new Response("<html>", { status: 502 })).api.models()).rejects.toMatchObject({
    kind: "unavailable",
    status: 502,
  });
  await expect(server(() => new Response("<html>")).api.models()).rejects.toMatchObject({ code: "web/bad-answer" });
  await expect(server(() => new TypeError("failed to fetch")).api.models()).rejects.toMatchObject({
    code: "web/unreachable",
    kind: "unavailable",
  });
});

test("a list that a server of another version leaves out is empty", async () => {
  expect(await server(() => Response.json({})).api.conversations()).toEqual([]);
});

test("a token that is not taken is told once for each request", async () => {
  const { api, denied } = server(() => Response.json({ error: "No.", code: "a/b", kind: "denied" }, { status: 401 }));
  await expect(api.workspaces()).rejects.toMatchObject({ status: 401, kind: "denied" });
  expect(denied()).toBe(1);
});
