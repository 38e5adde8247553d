import { ConversationLog } from "@dispatch/conversation-store/contract";
import { ModelCatalog } from "@dispatch/credential-store/contract";
import { asFault, defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { ConversationKeepers, ShapeModel, ShapeStep, TakeSubmission } from "@dispatch/session-orchestrator/contract";
import { ByteRoutes } from "@dispatch/transport-http/contract";
import { type Config, config } from "./config.ts";
import { Images } from "./contract.ts";
import { Descriptions } from "./descriptions.ts";
import { imageFiles } from "./image-files.ts";
import { imageLeftovers } from "./image-leftovers.ts";
import { kindOfName, storedImageOf } from "./image-name.ts";
import { ImageRefusals } from "./image-refusals.ts";
import { imageRoute } from "./image-route.ts";
import { ImageView } from "./image-view.ts";
import { visionOps } from "./ops.ts";
import { takeImages } from "./take-images.ts";
import { everywhere, visionSettings } from "./vision-settings.ts";

/** The images of messages: stored once, served back, and shown to models that can see. */
export default defineExtension<Config>({
  id: "images",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "conversation-store", "credential-store", "session-orchestrator", "transport-http"],
  capabilities: ["fs"],
  config,
  activate(host) {
    const catalog = host.use(ModelCatalog);
    const settings = visionSettings(host.store);
    const files = imageFiles(host.config.folder);
    const descriptions = new Descriptions({
      store: host.store,
      clock: host.clock,
      files,
      async model() {
        const { compactionModel } = await settings.get(everywhere);
        return compactionModel === null ? undefined : catalog.resolve(compactionModel).model;
      },
      failed: ({ name }, why) => host.log.warn("image-not-described", { image: name, error: why }),
    });
    const view = new ImageView({
      files,
      imageLimit: async () => (await settings.get(everywhere)).imageLimit,
      describe: (images, signal) => descriptions.of(images, signal),
      unreadable: ({ name }, thrown) => host.log.warn("image-unreadable", { image: name, error: asFault(thrown).message }),
    });
    host.on(TakeSubmission, async (submission, next) => {
      const { conversationId, images = [] } = submission;
      return next(images.length === 0 ? submission : { ...submission, images: await takeImages(conversationId, images, files) });
    });
    const refusals = new ImageRefusals();
    host.on(ShapeModel, (model, { modelName }) => refusals.watch(model, modelName));
    host.on(ShapeStep, (messages, { model, signal }) => view.of(messages, { vision: model.vision, signal }));
    const leftovers = imageLeftovers(files, host.use(ConversationLog));
    host.contribute(ConversationKeepers, { name: "images", forget: (conversationId) => files.drop(conversationId), leftovers });
    host.provide(Images, {
      async read(url) {
        const image = storedImageOf(url);
        const bytes = image === undefined ? undefined : await files.read(image);
        return image === undefined || bytes === undefined ? undefined : { bytes, mimeType: kindOfName(image.name).mimeType };
      },
    });
    host.contribute(ByteRoutes, imageRoute(files));
    for (const op of visionOps(settings)) host.contribute(Ops, op);
  },
});
