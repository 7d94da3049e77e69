import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { ensureProgram } from "./debian.js";
import { ROOT } from "./process.js";

const CHROMIUM = process.env.CHROMIUM_PATH ?? "chromium";

/** Folder of the screenshots, ignored by git and meant for manual review. */
const SCREENSHOTS = `${ROOT}test/screenshots`;

/** A page of a real browser, with its recorded complaints. */
export interface Visit {
  readonly page: Page;
  /** Console errors, exceptions, and requests to any other origin than the service. */
  readonly complaints: readonly string[];
  screenshot(name: string): Promise<void>;
}

/** Screenshots show Chinese text instead of boxes; fc-match names the font that Chromium takes. */
const CHINESE_FONT = {
  command: "sh",
  arguments: ["-c", 'test -n "$(fc-list :lang=zh)"'],
  debianPackage: "fonts-wqy-zenhei",
  missing: "The screenshots need a Chinese font: install Debian's fonts-wqy-zenhei (apt-get install fonts-wqy-zenhei).",
};

/** Opens Debian's headless Chromium. The caller closes it. */
export async function openBrowser(): Promise<Browser> {
  await ensureProgram({
    command: CHROMIUM,
    debianPackage: "chromium",
    missing: "The tests need Chromium: install Debian's chromium (apt-get install chromium), or set CHROMIUM_PATH.",
  });
  await ensureProgram(CHINESE_FONT);
  // Disables Chromium's sandbox, which does not run as root; the browser only opens our own pages.
  return chromium.launch({ executablePath: pathOf(CHROMIUM), args: ["--no-sandbox"] });
}

function pathOf(command: string): string {
  if (command.includes("/")) return command;
  return execFileSync("which", [command], { encoding: "utf8" }).trim();
}

/** Opens a page at `url` that closes with the test. */
export async function visit(browser: Browser, url: string, colorScheme: "light" | "dark" = "light"): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, colorScheme });
  onTestFinished(() => context.close());
  // Long, because other tests compete for CPU; shorter than the test's timeout, so that the step fails first.
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

/** Returns the serious and critical violations that axe finds. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id);
}
