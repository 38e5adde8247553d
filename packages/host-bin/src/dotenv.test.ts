import { expect, test } from "vitest";
import { parseDotenv } from "./dotenv.ts";

test("lines are names and values; comments, blank lines and quotes are what one expects", () => {
  const { values, problems } = parseDotenv(
    ["\uFEFF# head", "", "A=1", "export B = two words # said", "C='kept # as it is'", 'D="x=y"', "E=", "F=a#b", "G=$A `id`"].join("\r\n"),
  );
  expect(problems).toEqual([]);
  expect(Object.fromEntries(values)).toEqual({ A: "1", B: "two words", C: "kept # as it is", D: "x=y", E: "", F: "a#b", G: "$A `id`" });
});

test("a line of another form is named by its number, never by its content", () => {
  expect(parseDotenv("A=1\nsk-secret\n1X=2\nB=\"sk-open\nC='it's' late\n").problems).toEqual([
    { line: 2, problem: "is not of the form NAME=value" },
    { line: 3, problem: "is not of the form NAME=value" },
    { line: 4, problem: "opens a quote and does not close it at the end of the line" },
    { line: 5, problem: "opens a quote and does not close it at the end of the line" },
  ]);
});
