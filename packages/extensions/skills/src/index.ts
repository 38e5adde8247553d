import { defineExtension } from "@dispatch/kernel";
import { ShapeTurn } from "@dispatch/session-orchestrator/contract";
import { FolderTrust } from "@dispatch/workspace-trust/contract";
import { type Config, config } from "./config.ts";
import { loadSkill } from "./load-skill.ts";
import { SkillCatalog } from "./skill-catalog.ts";

/** Instructions for kinds of task, which the model loads when one fits. A turn without skills never hears of them. */
export default defineExtension<Config>({
  id: "skills",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["session-orchestrator", "workspace-trust"],
  capabilities: ["fs"],
  config,
  activate(host) {
    const catalog = new SkillCatalog(host.config.home, ({ path, reason }) => host.log.warn("skill-skipped", { path, reason }));
    const trust = host.use(FolderTrust);
    const skillsFor = (cwd: string) => catalog.skillsFor(cwd);
    host.on(ShapeTurn, (shape, { cwd }) => {
      const skills = skillsFor(cwd);
      return skills.length === 0
        ? shape
        : { ...shape, tools: [...shape.tools, loadSkill(skills, { skillsFor, trusts: (folder) => trust.trusts(folder) })] };
    });
  },
});
