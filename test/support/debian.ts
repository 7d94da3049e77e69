import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A program that the tests need and npm does not install. */
export interface Program {
  readonly command: string;
  /** Arguments with which it succeeds where it is installed; `--version` if omitted. */
  readonly arguments?: readonly string[];
  /** Debian package that contains the program. */
  readonly debianPackage: string;
  /** One-line instruction for a manual installation. */
  readonly missing: string;
}

/** Installs a program if it is missing, or fails with the line that says what to install. */
export async function ensureProgram({
  command,
  arguments: args = ["--version"],
  debianPackage,
  missing,
}: Program): Promise<void> {
  const isThere = (): Promise<boolean> =>
    run(command, args).then(
      () => true,
      () => false,
    );
  if (await isThere()) return;
  if (process.getuid?.() === 0) {
    process.stdout.write(`installing Debian's ${debianPackage} for the tests\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    try {
      await run("apt-get", ["update", "-qq"], { env });
      await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", debianPackage], { env });
    } catch (error) {
      throw new Error(`${missing} (${error instanceof Error ? error.message.split("\n")[0] : error})`);
    }
  }
  if (!(await isThere())) throw new Error(missing);
}
