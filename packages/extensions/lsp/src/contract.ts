import { definePoint, type PointToken } from "@dispatch/kernel";

/**
 * Who may say that the files of a folder decide which programs run. A project's own `.dispatch/lsp.json`, and programs that lie in the project, start
 * only in a folder that somebody trusts. Nobody there, or a throw: not trusted.
 */
export interface WorkspaceTrust {
  readonly id: string;
  /** `folder` is an absolute real path. Asked before every start, so answers are quick. */
  trusts(folder: string): Promise<boolean>;
}
export const WorkspaceTrusts: PointToken<WorkspaceTrust> = definePoint<WorkspaceTrust>("lsp/workspace-trusts", ({ id }) => id);
