import { expect, it } from "vitest";
import { mayList, mayRead, maySeePersonal } from "../../src/authz/policy.js";
import type { Caller, ViewerIdType } from "../../src/authz/viewer.js";

const viewer = (ids: Partial<Record<ViewerIdType, string>>, ...scopes: string[]): Caller => {
  const [[idType, userId] = ["open_id", ""] as const] = Object.entries(ids) as [ViewerIdType, string][];
  return { userId, idType, ids, name: null, scopes: new Set(scopes) };
};

// biome-ignore format: it is a table
const LISTS: readonly [who: string, caller: Caller, userId: string, userIdType: ViewerIdType, verdict: string][] = [
  ["anybody, where nobody signs in",       null,                                                "ou_a", "open_id",         "allow"],
  ["the owner",                            viewer({ open_id: "ou_a" }),                         "ou_a", "open_id",         "allow"],
  ["another",                              viewer({ open_id: "ou_b" }),                         "ou_a", "open_id",         "deny"],
  ["another with the scope",               viewer({ open_id: "ou_b" }, "hire:exam:read_all"),   "ou_a", "open_id",         "allow"],
  ["another with another list's scope",    viewer({ open_id: "ou_b" }, "hire:interview:read_all"), "ou_a", "open_id",      "deny"],
  ["another with a scope that begins so",  viewer({ open_id: "ou_b" }, "hire:exam:read_all2"),  "ou_a", "open_id",         "deny"],
  ["the same text as another kind of id",  viewer({ user_id: "ou_a" }),                         "ou_a", "open_id",         "compare"],
  ["the owner by a kind that is known",    viewer({ open_id: "ou_a", union_id: "on_a" }),       "on_a", "union_id",        "allow"],
  ["another by a kind that is known",      viewer({ open_id: "ou_b", union_id: "on_b" }),       "on_a", "union_id",        "deny"],
  ["somebody by a kind that is not known", viewer({ open_id: "ou_a" }),                         "7",    "user_id",         "compare"],
  ["somebody by what nobody can compare",  viewer({ open_id: "ou_a" }),                         "7",    "people_admin_id", "deny"],
  ["somebody known by what nobody can",    viewer({ people_admin_id: "7" }),                    "ou_a", "open_id",         "deny"],
  ["the owner by a people_admin_id",       viewer({ people_admin_id: "7" }),                    "7",    "people_admin_id", "allow"],
];

it.each(LISTS)("decides whether a caller may read an exam list: %s", (_, caller, userId, userIdType, verdict) => {
  expect(mayList(caller, "examMarkingTasks", { userId, userIdType })).toBe(verdict);
});

// biome-ignore format: it is a table
const THINGS: readonly [caller: Caller, isGranted: boolean, mayReadIt: boolean][] = [
  [null,                                                false, true],
  [viewer({ open_id: "ou_a" }),                         true,  true],
  [viewer({ open_id: "ou_a" }),                         false, false],
  [viewer({ open_id: "ou_a" }, "hire:talent:read"),     false, true],
  [viewer({ open_id: "ou_a" }, "hire:job:read"),        false, false],
  [viewer({ open_id: "ou_a" }, "hire:talent:pii"),      false, false],
  [viewer({ open_id: "ou_a" }, "hire:exam:read_all"),   false, false],
];

it.each(THINGS)("decides whether a caller may read a talent by id (case %#)", (caller, isGranted, mayReadIt) => {
  expect(mayRead(caller, "talent", isGranted)).toBe(mayReadIt);
});

it("only PII needs the PII scope", () => {
  expect(maySeePersonal(null)).toBe(true);
  expect(maySeePersonal(viewer({ open_id: "a" }, "hire:talent:pii"))).toBe(true);
  expect(maySeePersonal(viewer({ open_id: "a" }, "hire:talent:read", "hire:exam:read_all"))).toBe(false);
});
