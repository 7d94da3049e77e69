import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openBrowser, seriousFindings, visit } from "../support/browser.js";
import { MARKER } from "../support/fixtures.js";
import { createHarness, type Harness, TASKS } from "../support/harness.js";
import { ROOT } from "../support/process.js";

// A real browser competes with the other tests for CPU.
vi.setConfig({ testTimeout: 90_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 300_000);
afterAll(() => browser.close());

const startDemo = (env: Readonly<Record<string, string>> = {}): Promise<Harness> =>
  createHarness({ isSandbox: true, env });
/** Environment without subscriptions, so that all calls come from the page's queries. */
const NOT_FOLLOWED = { LIVE_MAX_SUBSCRIPTIONS: "0" };
const open = ({ url }: Harness, colorScheme?: "light" | "dark") =>
  visit(browser, `${url}/demo/?user=${MARKER}`, colorScheme);
const tasks = (page: Page) => page.locator("article");

/** Scrolls until the page shows `count` tasks. */
async function scrollTo(page: Page, count: number): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.mouse.wheel(0, 4000);
        return tasks(page).count();
      },
      { timeout: 30_000 },
    )
    .toBe(count);
}

describe("the marker's inbox", () => {
  it("loads tasks on scroll, each once, and shows when all are loaded", async () => {
    const harness = await startDemo(NOT_FOLLOWED);
    const { page, complaints, screenshot } = await open(harness);
    await page.getByText("Live updates are paused.").waitFor();
    await page.getByText("All", { exact: true }).click();
    await tasks(page).nth(19).waitFor();
    await screenshot("inbox");
    await scrollTo(page, 45);
    await page.getByText("All 45 tasks shown").waitFor();
    const names = await page.locator("article h2").allInnerTexts();
    expect(new Set(await page.locator("article h2").evaluateAll((titles) => titles.map(({ id }) => id))).size).toBe(45);
    expect(names[0]).toBe("林知夏");
    // One page in the initial state and three pages of all tasks.
    expect(harness.calls(TASKS)).toBe(4);
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("filters by state and shows a text for an empty list", async () => {
    const harness = await startDemo();
    const { page } = await open(harness);
    await page.getByText("Marked", { exact: true }).click();
    await page.getByText("All 15 tasks shown").waitFor();
    expect(await page.locator(".state.marked").count()).toBe(15);
    const nobody = await visit(browser, `${harness.url}/demo/?user=${harness.sandbox.world.addMarker(0).ids.open_id}`);
    await nobody.page.getByText("No tasks. Good work!").waitFor();
  });

  it("supports Chinese and English, including names, in dark mode too", async () => {
    const harness = await startDemo();
    const { page, screenshot } = await open(harness, "dark");
    await page.getByText("Payments Platform").first().waitFor();
    await page.getByLabel("Language").selectOption("zh");
    await page.getByText("支付平台部").first().waitFor();
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("笔试阅卷");
    expect(await page.locator("html").getAttribute("lang")).toBe("zh");
    await screenshot("inbox-zh-dark");
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("can be used with the keyboard alone", async () => {
    const { page } = await open(await startDemo());
    await tasks(page).nth(2).waitFor();
    await tasks(page).first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("PageDown");
    expect(await page.locator("article:focus").getAttribute("aria-posinset")).toBe("3");
    await page.getByRole("radio", { name: "To mark" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByText("All 15 tasks shown").waitFor();
  });

  it("waits as long as Feishu says when throttled, then loads more", async () => {
    const harness = await startDemo(NOT_FOLLOWED);
    harness.sandbox.faults.arm({ kind: "throttle", resetS: 2, on: { contains: "exam_marking_tasks" } });
    const { page, screenshot } = await open(harness);
    await page.getByText(/Feishu is busy. Try again in [12] s/).waitFor();
    const again = page.getByRole("button", { name: "Try again" });
    expect(await again.isDisabled()).toBe(true);
    await screenshot("inbox-throttled");
    await page.getByRole("alert").getByText("UPSTREAM_RATE_LIMITED").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await again.click();
    await tasks(page).first().waitFor();
  });

  it("shows when the user may not see a list", async () => {
    const harness = await startDemo(NOT_FOLLOWED);
    const status = { kind: "status", httpStatus: 400, code: 1002002 } as const;
    harness.sandbox.faults.arm({ ...status, on: { contains: "exam_marking_tasks" } });
    const { page } = await open(harness);
    await page.getByText("Something went wrong.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await tasks(page).first().waitFor();
    await page.route("**/graphql", (route) =>
      route.fulfill({
        status: 200,
        json: { data: null, errors: [{ message: "no", extensions: { code: "FORBIDDEN" } }] },
      }),
    );
    await page.getByText("Marked", { exact: true }).click();
    await page.getByText("You do not have access to this list.").waitFor();
  });

  it("shows the rows before an interruption and resumes from there", async () => {
    const harness = await startDemo(NOT_FOLLOWED);
    const { page, screenshot } = await open(harness);
    await tasks(page).nth(19).waitFor();
    const down = { kind: "status", httpStatus: 500, code: 1002001 } as const;
    harness.sandbox.faults.arm({ ...down, on: { contains: "exam_marking_tasks", times: 2 } });
    // A busy page may not observe the scroll position yet.
    const scroll = async () => {
      await page.mouse.wheel(0, 4000);
      return page.getByRole("alert").count();
    };
    await expect.poll(scroll, { timeout: 20_000 }).toBe(1);
    expect(await tasks(page).count()).toBe(20);
    await screenshot("inbox-interrupted");
    await page.getByRole("button", { name: "Continue" }).click();
    await scrollTo(page, 30);
  });

  it("subscribes by trusted document: marked tasks leave the list and new ones can be shown", async () => {
    const TRUSTED_DOCUMENTS_MANIFEST = `${ROOT}examples/web/src/gql/persisted-documents.json`;
    const harness = await startDemo({ LIVE_INTERVAL_S: "1", TRUSTED_DOCUMENTS: "only", TRUSTED_DOCUMENTS_MANIFEST });
    const { page, complaints, screenshot } = await open(harness);
    await page.getByText("30 tasks, live").waitFor();
    const marker = harness.sandbox.world.markers[0];
    const marked = marker?.tasks.find(({ activity_status }) => activity_status === 1);
    const row = page.locator(`#task-${marked?.id}`);
    await row.waitFor();
    Object.assign(marked ?? {}, { activity_status: 2 });
    const come = [1, 2].map(() => ({ ...harness.sandbox.world.newTask(), activity_status: 1 }));
    marker?.tasks.unshift(...come);
    await page.getByText("31 tasks, live").waitFor();
    await row.waitFor({ state: "detached" });
    await screenshot("inbox-live");
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Show 2 new tasks" }).click();
    await page.locator(`#task-${come[0]?.id}`).waitFor();
    expect(await page.getByRole("button", { name: /Show/ }).count()).toBe(0);
    await page.getByText("All", { exact: true }).click();
    const state = tasks(page).first().locator(".state");
    await state.getByText("To mark").waitFor();
    Object.assign(come[0] ?? {}, { activity_status: 2 });
    await state.getByText("Marked").waitFor();
    expect(complaints).toEqual([]);
  });

  it("resubscribes after a lost connection and shows the changes made meanwhile", async () => {
    const harness = await startDemo({ LIVE_INTERVAL_S: "1" });
    const { page } = await open(harness);
    await page.getByText("30 tasks, live").waitFor();
    const marker = harness.sandbox.world.markers[0];
    harness.controls.drain();
    const [gone] = marker?.tasks.splice(0, 1) ?? [];
    await page.getByText("29 tasks, live").waitFor();
    expect(await page.locator(`#task-${gone?.id}`).count()).toBe(0);
  });

  it("shows one placeholder for one candidate who cannot be read", async () => {
    const harness = await startDemo();
    const broken = harness.sandbox.world.markers[0]?.tasks.filter(({ activity_status }) => activity_status === 1)[1];
    const refused = { kind: "status", httpStatus: 400, code: 1002002 } as const;
    harness.sandbox.faults.arm({ ...refused, on: { contains: `talents/${broken?.talent_id}`, times: 0 } });
    const { page } = await open(harness);
    await tasks(page).nth(19).waitFor();
    expect(await page.getByText("Candidate: not available").count()).toBe(1);
  });
});
