import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** Path of the repository's root. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A started process with its output so far. */
export interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Resolves with the first match in the output, or its first group; rejects if the process ends without a match. */
  printed(pattern: RegExp): Promise<string>;
  /** Resolves with the exit code. */
  exit(): Promise<number | null>;
}

/** Runs a shell command in the repository's root with only PATH and `env`; the process ends with the test. */
export function startProcess(command: string, env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn("sh", ["-c", `exec ${command}`], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // "close" comes after the last byte of output; "exit" may come earlier.
  let ended = false;
  const exited = once(child, "close").then(([code]) => {
    ended = true;
    return code as number | null;
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(String(chunk)));
  const output = (): string => chunks.join("");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  return {
    process: child,
    output,
    exit: () => exited,
    async printed(pattern) {
      for (;;) {
        const found = pattern.exec(output());
        if (found) return found[1] ?? found[0];
        if (ended) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}: ${output()}`);
        await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), exited]);
      }
    },
  };
}
