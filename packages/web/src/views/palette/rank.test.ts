import { describe, expect, test } from "vitest";
import { rank } from "./rank.ts";

const items = [
  { title: "tokens.list", words: "The access tokens that were made" },
  { title: "Access tokens" },
  { title: "Approvals" },
  { title: "accessible things" },
];
const titles = (query: string) => rank(items, query).map(({ title }) => title);

describe("what a query finds", () => {
  test("every word has to be there, in any order, and none finds all", () => {
    expect(titles("")).toEqual(items.map(({ title }) => title));
    expect(titles("tokens access")).toEqual(["Access tokens", "tokens.list"]);
    expect(titles("access nothing")).toEqual([]);
  });

  test("a title that begins with the query is first, and further words count less than a title's", () => {
    expect(titles("access")).toEqual(["Access tokens", "accessible things", "tokens.list"]);
    expect(titles("tok")).toEqual(["tokens.list", "Access tokens"]);
    expect(titles("list")).toEqual(["tokens.list"]);
  });

  test("signs that mean something in patterns are only signs", () => {
    for (const query of ["(", "[a", "\\", ".*", "a+"]) expect(titles(query)).toEqual([]);
  });
});
