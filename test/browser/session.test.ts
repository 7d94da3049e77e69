import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { openBrowser, seriousFindings } from "../support/browser.js";
import { MARKER } from "../support/fixtures.js";
import { createHarness, type Harness } from "../support/harness.js";
import { ROOT } from "../support/process.js";

// A real browser competes with the other tests for CPU.
vi.setConfig({ testTimeout: 90_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 300_000);
afterAll(() => browser.close());

const MANAGES = (openId: string): string =>
  JSON.stringify({ "hire:exam:read_all": { users: [openId] }, "hire:talent:pii": { users: [openId] } });
const startDemo = (env: Readonly<Record<string, string>> = {}): Promise<Harness> =>
  createHarness({ isSandbox: true, env: { LIVE_MAX_SUBSCRIPTIONS: "0", SESSION_SCOPES: MANAGES(MARKER), ...env } });
const tasks = (page: Page) => page.locator("article");

/** Opens a browser of its own, as another person has. */
async function newPerson(viewport = { width: 1100, height: 800 }): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport });
  context.setDefaultTimeout(30_000);
  onTestFinished(() => context.close());
  return context;
}

/** Signs in through the sandbox's page, as the person with this position. */
async function signIn(context: BrowserContext, { url }: Harness, position: number): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/demo/`);
  await chooseSelf(page, position);
  return page;
}

async function chooseSelf(page: Page, position: number): Promise<void> {
  await page.getByRole("link", { name: "Sign in with Feishu" }).click();
  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
  await page.getByRole("listitem").nth(position).getByRole("link").click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

describe("the inbox of a signed-in person", () => {
  it("is their own: two people see two lists, and neither the other's", async () => {
    const harness = await startDemo();
    const [one, two] = [await signIn(await newPerson(), harness, 3), await signIn(await newPerson(), harness, 2)];
    await one.getByText("All", { exact: true }).click();
    await one.getByText("All 19 tasks shown").waitFor();
    await two.getByText("All", { exact: true }).click();
    await expect.poll(() => tasks(two).count()).toBe(1);
    await two.goto(`${harness.url}/demo/?user=${harness.sandbox.world.markers[3]?.ids.open_id}`);
    await two.getByText("You do not have access to this list.").waitFor();
    expect(await tasks(two).count()).toBe(0);
    await one.screenshot({ path: `${ROOT}test/screenshots/session-own.png` });
  });

  it("shows a way in before, says why a login has failed, and signs out in every tab", async () => {
    const harness = await startDemo();
    const context = await newPerson();
    const page = await context.newPage();
    await page.goto(`${harness.url}/demo/?a=1`);
    await page.getByRole("link", { name: "Sign in with Feishu" }).click();
    await page.getByRole("link", { name: "Refuse consent" }).click();
    await page.getByText("You did not give your consent.").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.screenshot({ path: `${ROOT}test/screenshots/signed-out.png` });
    await chooseSelf(page, 3);
    expect(page.url()).toBe(`${harness.url}/demo/?a=1`);
    const other = await context.newPage();
    await other.goto(`${harness.url}/demo/`);
    await other.getByRole("button", { name: "Sign out" }).click();
    for (const tab of [page, other]) await tab.getByRole("link", { name: "Sign in with Feishu" }).waitFor();
  });

  it("lets a manager look at a colleague's list, and opens, searches and sorts it without a call", async () => {
    const harness = await startDemo();
    const page = await signIn(await newPerson(), harness, 0);
    const colleague = String(harness.sandbox.world.markers[3]?.ids.open_id);
    await page.getByRole("textbox", { name: "Colleague's open_id" }).fill(colleague);
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByText("All", { exact: true }).click();
    await page.getByText("All 19 tasks shown").waitFor();
    expect(page.url()).toContain(`user=${colleague}`);
    const calls = harness.calls();
    const dialog = page.getByRole("dialog");
    await tasks(page).first().focus();
    await page.keyboard.press("Enter");
    await dialog.getByText("E-mail").waitFor();
    expect(page.url()).toMatch(/#task=\d+$/);
    await page.screenshot({ path: `${ROOT}test/screenshots/task-details.png` });
    expect(await seriousFindings(page)).toEqual([]);
    await page.goBack();
    await dialog.waitFor({ state: "hidden" });
    await page.goForward();
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    const name = await tasks(page).nth(7).getByRole("button").innerText();
    await page.getByRole("searchbox").fill(name);
    await expect.poll(async () => (await tasks(page).allInnerTexts()).every((text) => text.includes(name))).toBe(true);
    await page.getByRole("searchbox").fill("");
    await page.getByLabel("Order").selectOption("name");
    const names = await page.locator("article h2").allInnerTexts();
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
    expect(harness.calls()).toBe(calls);
  });

  it("works on a phone, in Chinese and on paper, and comes back to its place when the session has ended", async () => {
    const harness = await startDemo();
    const context = await newPerson({ width: 390, height: 844 });
    const page = await signIn(context, harness, 0);
    await page.getByLabel("Language").selectOption("zh");
    await page.getByText("退出登录").waitFor();
    await page.getByText("全部", { exact: true }).click();
    await tasks(page).nth(19).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.screenshot({ path: `${ROOT}test/screenshots/phone-zh.png` });
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("button", { name: "退出登录" }).isVisible()).toBe(false);
    expect(await tasks(page).first().isVisible()).toBe(true);
    await page.emulateMedia({ media: "screen" });
    // The session ends on the server: the cookie that the browser still has means nothing.
    const [{ name = "", value = "" } = {}] = await context.cookies(harness.url);
    await fetch(`${harness.url}/auth/logout`, { method: "POST", headers: { cookie: `${name}=${value}` } });
    await page.mouse.wheel(0, 8000);

    await page.getByText("登录已失效").waitFor();
    await page.getByRole("link", { name: "使用飞书登录" }).click();
    await page.getByRole("listitem").first().getByRole("link").click();
    await expect.poll(() => tasks(page).count()).toBeGreaterThanOrEqual(20);
  });
});
