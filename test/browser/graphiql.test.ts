import type { Browser, Response } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CostReport } from "../../src/graph/cost/report.js";
import { openBrowser, visit } from "../support/browser.js";
import { createHarness } from "../support/harness.js";

// A real browser competes with the other tests for CPU.
vi.setConfig({ testTimeout: 90_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 300_000);
afterAll(() => browser.close());

describe("GraphiQL", () => {
  it("runs each tab and shows the Feishu calls of its response", async () => {
    const harness = await createHarness({ isSandbox: true });
    const { page, complaints, screenshot } = await visit(browser, `${harness.url}/graphiql/`);
    const tabs = page.getByRole("tab");
    await tabs.nth(3).waitFor();
    await page.getByRole("button", { name: /Upstream/ }).click();
    const figure = (name: string) => page.locator(`[data-figure="${name}"]`).innerText();
    expect(await tabs.count()).toBe(5);
    for (let i = 0; i < 4; i++) {
      await tabs.nth(i).click();
      const name = (await tabs.nth(i).innerText()).trim();
      const editor = page.locator(".graphiql-query-editor");
      await expect.poll(() => editor.innerText(), { timeout: 30_000 }).toContain(name);
      const isAnswer = (response: Response): boolean => !!response.request().postData()?.includes(`"${name}"`);
      let before = harness.calls();
      let response: Response | null = null;
      // The editor shows a tab shortly before GraphiQL runs it; until then the button runs the previous tab.
      while (!response) {
        before = harness.calls();
        const answer = page.waitForResponse((found) => found.url().endsWith("/graphql"));
        await page.getByRole("button", { name: /Execute query/ }).click();
        const found = await answer;
        response = isAnswer(found) ? found : null;
      }
      const { errors, extensions } = (await response.json()) as { errors?: object; extensions: { cost: CostReport } };
      expect(errors).toBeUndefined();
      expect(extensions.cost.actual).toBe(harness.calls() - before);
      await expect.poll(() => figure("actual"), { timeout: 30_000 }).toBe(String(extensions.cost.actual));
      if (i === 0) {
        expect(await page.locator(".upstream li").count()).toBe(harness.calls() - before);
        expect(await page.locator(".upstream li code").first().innerText()).toMatch(/^[\w-]{8,}$/);
        expect(Number(await figure("requested"))).toBeGreaterThanOrEqual(Number(await figure("actual")));
        await screenshot("graphiql-upstream");
      }
    }
    expect(complaints).toEqual([]);
  });

  it("shows the messages of a subscription as they arrive", async () => {
    const harness = await createHarness({ isSandbox: true, env: { LIVE_INTERVAL_S: "1" } });
    const { page, complaints } = await visit(browser, `${harness.url}/graphiql/`);
    const tab = page.getByRole("tab", { name: "ChangedTasks" });
    const [editor, answer] = [page.locator(".graphiql-query-editor"), page.locator(".result-window")];
    // A page that is still initializing may miss the click.
    const chosen = async () => {
      await tab.click();
      return editor.innerText();
    };
    await expect.poll(chosen, { timeout: 30_000, interval: 500 }).toContain("examMarkingTasksChanged");
    await expect
      .poll(
        async () => {
          const run = page.getByRole("button", { name: /Execute query/ });
          if ((await run.count()) > 0) await run.click();
          return answer.innerText();
        },
        { timeout: 30_000, interval: 1000 },
      )
      .toMatch(/"total":\s*30/);
    harness.sandbox.world.markers[0]?.tasks.unshift({ ...harness.sandbox.world.newTask(), activity_status: 1 });
    await expect.poll(() => answer.innerText(), { timeout: 30_000 }).toMatch(/"total":\s*31/);
    expect(complaints).toEqual([]);
  });

  it("has docs, an explorer, a history, and an editor for headers", async () => {
    const { url } = await createHarness({ isSandbox: true });
    const { page, screenshot } = await visit(browser, `${url}/graphiql/`, "dark");
    await page.getByText("A GraphQL schema provides a root type").waitFor();
    await page.getByRole("button", { name: /History/ }).click();
    await page.getByRole("button", { name: /GraphiQL Explorer/ }).click();
    await page.locator(".graphiql-plugin").getByText("examMarkingTasks").first().waitFor();
    await page.getByRole("button", { name: "Headers" }).waitFor();
    await screenshot("graphiql-dark");
  });
});
