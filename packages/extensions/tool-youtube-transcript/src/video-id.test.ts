import { expect, test } from "vitest";
import { videoIdOf } from "./video-id.ts";

const id = "dQw4w9WgXcQ";

test.each([
  id,
  ` ${id}\n`,
  `https://www.youtube.com/watch?v=${id}`,
  `http://youtube.com/watch?v=${id}&t=42s`,
  `https://m.youtube.com/watch?list=PL1&v=${id}&index=2`,
  `https://music.youtube.com/watch?v=${id}`,
  `https://www.youtube.com/watch/?v=${id}#t=1`,
  `https://www.youtube.com/watch/${id}`,
  `https://youtu.be/${id}`,
  `https://youtu.be/${id}?si=abc&t=10`,
  `youtu.be/${id}`,
  `www.youtube.com/watch?v=${id}`,
  `//youtu.be/${id}`,
  `https://www.youtube.com/shorts/${id}`,
  `https://www.youtube.com/live/${id}?feature=share`,
  `https://www.youtube.com/embed/${id}?start=3`,
  `https://www.youtube-nocookie.com/embed/${id}`,
  `https://www.youtube.com/v/${id}`,
  `https://www.youtube.com/e/${id}`,
  `https://www.youtube.com/?v=${id}`,
  `https://www.youtube.com/attribution_link?a=x&u=%2Fwatch%3Fv%3D${id}%26feature%3Dshare`,
  `https://www.youtube.com/oembed?url=https%3A%2F%2Fyoutu.be%2F${id}`,
  `HTTPS://WWW.YOUTUBE.COM/watch?v=${id}`,
  `<https://youtu.be/${id}>`,
  `https://youtu.be/${id}).`,
  `https://www.youtube.com/watch?v=${id}%20and`,
])("%j means the video", (text) => {
  expect(videoIdOf(text)).toBe(id);
});

test.each([
  "",
  "dQw4w9WgXc",
  `${id}Q`,
  "not a video",
  "https://example.com/watch?v=dQw4w9WgXcQ",
  "https://notyoutube.com/watch?v=dQw4w9WgXcQ",
  "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
  "https://evil.example/youtu.be/dQw4w9WgXcQ",
  "https://www.youtube.com/",
  "https://www.youtube.com/watch?v=",
  "https://www.youtube.com/watch?v=short",
  "https://www.youtube.com/playlist?list=PLdQw4w9WgXcQ",
  "https://www.youtube.com/@someone",
  "https://www.youtube.com/attribution_link?u=http%3A%2F%2F%5B",
  "ftp://youtu.be/dQw4w9WgXcQ",
  "../../etc/passwd",
  "https://youtu.be/../../x",
])("%j is no video", (text) => {
  expect(videoIdOf(text)).toBeUndefined();
});
