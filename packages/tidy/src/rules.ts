import { egress } from "./rules/egress.ts";
import { faultCodes } from "./rules/fault-codes.ts";
import { fileLengths } from "./rules/file-lengths.ts";
import { fileNames } from "./rules/file-names.ts";
import { hostSight } from "./rules/host-sight.ts";
import { importArrows } from "./rules/import-arrows.ts";
import { limits } from "./rules/limits.ts";
import { manifests } from "./rules/manifests.ts";
import { outsideImports } from "./rules/outside-imports.ts";
import { projectReferences } from "./rules/project-references.ts";
import { readmes } from "./rules/readmes.ts";
import { testForms } from "./rules/test-forms.ts";
import { topLevel } from "./rules/top-level.ts";
import { unfinished } from "./rules/unfinished.ts";
import { versions } from "./rules/versions.ts";
import { words } from "./rules/words.ts";
import type { Rule } from "./tree.ts";

export const rules: readonly Rule[] = [
  importArrows,
  outsideImports,
  hostSight,
  manifests,
  projectReferences,
  versions,
  readmes,
  faultCodes,
  egress,
  limits,
  words,
  fileNames,
  fileLengths,
  testForms,
  unfinished,
  topLevel,
];
