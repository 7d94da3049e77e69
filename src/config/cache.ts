import { int, onOff, type SettingsOf, seconds, subject } from "./env.js";

/** Times to live and memory of the cache. */
export const cache = subject(
  {
    CACHE_TTL_JOB_S: seconds(0, 86_400, 300),
    CACHE_TTL_TALENT_S: seconds(0, 86_400, 60),
    CACHE_TTL_APPLICATION_S: seconds(0, 86_400, 30),
    CACHE_TTL_USER_S: seconds(0, 86_400, 600),
    CACHE_TTL_PAGE_S: seconds(0, 60, 1),
    CACHE_MAX_MIB: int(1, 65_536, 64),
    SHARED_ANSWERS: onOff("on"),
  },
  (v) => ({
    /** Milliseconds for which each kind of answer stays fresh; 0 caches nothing. */
    ttl: {
      jobMs: v.CACHE_TTL_JOB_S,
      talentMs: v.CACHE_TTL_TALENT_S,
      applicationMs: v.CACHE_TTL_APPLICATION_S,
      userMs: v.CACHE_TTL_USER_S,
      pageMs: v.CACHE_TTL_PAGE_S,
    },
    cacheMaxBytes: v.CACHE_MAX_MIB * 1024 * 1024,
    /** Equal operations of one caller run once. */
    sharedAnswers: v.SHARED_ANSWERS,
  }),
);

/** Settings of the cache. */
export type CacheSettings = SettingsOf<typeof cache>;
