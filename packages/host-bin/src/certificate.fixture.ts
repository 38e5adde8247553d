import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate for 127.0.0.1 that nobody else made. */
export async function certificate() {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-tls-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const made = Bun.spawnSync(["openssl", "req", ...kind, ...subject, "-keyout", key, "-out", cert], { stderr: "pipe" });
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
  return { folder, cert, key, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
