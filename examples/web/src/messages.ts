import { createContext, use } from "react";

export type Language = "en" | "zh";

const EN = {
  title: "Written exams to mark",
  state: "State",
  PENDING: "To mark",
  MARKED: "Marked",
  all: "All",
  language: "Language",
  loading: "Loading",
  more: "Load more",
  total: (count: number) => (count === 1 ? "1 task, live" : `${count} tasks, live`),
  fresh: (count: number) => (count === 1 ? "Show 1 new task" : `Show ${count} new tasks`),
  paused: "Live updates are paused.",
  end: (count: number) => `All ${count} tasks shown`,
  shown: (count: number) => `${count} tasks shown, more available`,
  empty: "No tasks. Good work!",
  candidate: "Candidate",
  unknown: "not available",
  job: "Job",
  stage: "Stage",
  score: (score: string) => `Score ${score}`,
  noScore: "No score yet",
  retry: "Try again",
  continue: "Continue",
  throttled: (seconds: number) => (seconds > 0 ? `Feishu is busy. Try again in ${seconds} s` : "Feishu is busy"),
  forbidden: "You do not have access to this list.",
  interrupted: "The list is incomplete for now.",
  failed: "Something went wrong.",
};

export type Messages = typeof EN;

const ZH: Messages = {
  title: "笔试阅卷",
  state: "状态",
  PENDING: "待阅卷",
  MARKED: "已阅卷",
  all: "全部",
  language: "语言",
  loading: "加载中",
  more: "加载更多",
  total: (count) => `共 ${count} 个任务，实时更新`,
  fresh: (count) => `显示 ${count} 个新任务`,
  paused: "暂时无法实时更新列表。",
  end: (count) => `已显示全部 ${count} 个任务`,
  shown: (count) => `已显示 ${count} 个任务，还有更多`,
  empty: "没有任务，辛苦了！",
  candidate: "候选人",
  unknown: "暂时无法显示",
  job: "职位",
  stage: "阶段",
  score: (score) => `得分 ${score}`,
  noScore: "暂无得分",
  retry: "重试",
  continue: "继续",
  throttled: (seconds) => (seconds > 0 ? `飞书繁忙，${seconds} 秒后重试` : "飞书繁忙"),
  forbidden: "您无权查看此列表。",
  interrupted: "列表暂时在此中断。",
  failed: "操作失败。",
};

export const MESSAGES: Readonly<Record<Language, Messages>> = { en: EN, zh: ZH };

export const MessagesContext = createContext<Messages>(EN);

/** Returns the page's texts in the chosen language. */
export const useMessages = (): Messages => use(MessagesContext);
