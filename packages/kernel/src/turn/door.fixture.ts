export { type GoldenScene, goldenScenes } from "./golden-scenes.fixture.ts";
export { type Played, play, readTool, type Scene, userMessage, writeTool } from "./turn.fixture.ts";
export { enact, type TurnPlan, turnPlan } from "./turn-plans.fixture.ts";
