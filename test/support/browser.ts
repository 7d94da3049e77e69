import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { ensureProgram } from "./debian.js";
import { ROOT } from "./process.js";

const CHROMIUM = process.env.CHROMIUM_PATH ?? "chromium";

/** Where screenshots go: ignored by git, to be looked at. */
const SCREENSHOTS = `${ROOT}test/screenshots`;

/** A page of a real browser, with what it complained about. */
export interface Visit {
  readonly page: Page;
  /** Errors in the console, exceptions, and requests to anywhere but the service. */
  readonly complaints: readonly string[];
  screenshot(name: string): Promise<void>;
}

/** Debian's Chromium, without a window. It ends with whoever opened it. */
export async function openBrowser(): Promise<Browser> {
  await ensureProgram({
    command: CHROMIUM,
    debianPackage: "chromium",
    missing: "The tests need Chromium: install Debian's chromium (apt-get install chromium), or set CHROMIUM_PATH.",
  });
  // Without a sandbox of its own, for that one does not run as root: it only ever sees pages of ours.
  return chromium.launch({ executablePath: pathOf(CHROMIUM), args: ["--no-sandbox"] });
}

function pathOf(command: string): string {
  if (command.includes("/")) return command;
  return execFileSync("which", [command], { encoding: "utf8" }).trim();
}

/** A page at `url`, which ends with the test. */
export async function visit(browser: Browser, url: string, colorScheme: "light" | "dark" = "light"): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, colorScheme });
  onTestFinished(() => context.close());
  // Much, for other tests take the processor meanwhile; less than a test has, so that the step fails and not the test.
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  const { origin } = new URL(url);
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(origin)) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(url);
  return {
    page,
    complaints,
    async screenshot(name) {
      await mkdir(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
    },
  };
}
