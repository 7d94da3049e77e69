/**
 * Milliseconds of silence after which a replica may have lost Redis and spend its fallback share.
 * The others leave that share to it.
 */
export const SILENT_AFTER_MS = 2000;
/** Milliseconds of silence after which a replica counts as dead and its share is divided among the others. */
const DEAD_AFTER_MS = 4500;
/** Milliseconds that an allotment lasts without renewal. */
export const LEASE_MS = 2000;
/** Milliseconds that all replicas have to join, or rejoin, a Redis that remembers nothing. */
export const GATHER_MS = 1500;
/** Number of equal parts of a window by which a replica reports its calls. */
export const USAGE_PARTS = 20;

/**
 * Milliseconds that a silent replica keeps its share after a throttled response.
 * Throttling shortly after a replica was counted as dead shows that it lives.
 */
const REVIVED_FOR_MS = 60_000;
/** Maximum milliseconds that a replica counts as waiting, unless it reports otherwise. */
const STARVED_FOR_MS = 1000;
/** Part of the limit granted beyond an active replica's usage, so that most calls find a free slot. */
const HEADROOM = 0.1;

const NOW = `
local p = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = p.nowMs or (time[1] * 1000 + time[2] / 1000)
`;

/**
 * Renews one replica's part of one quota.
 * KEYS are the replicas, the parts of this quota by replica, and its throttling.
 *
 * The parts of all replicas never add up to more than the limit.
 * A replica holds its part, or its calls that still count when those are more.
 * A part that shrinks counts in full until its replica has acknowledged the new one.
 * A part with an expired lease counts its known calls, plus those possibly started since the last report.
 * The latter are the calls possible until the end of the lease.
 * For a dead replica they are only the calls possible at once.
 *
 * Parts follow demand: the usage of a replica, its waiting calls, and some headroom.
 * While calls wait on several replicas, each part grows to an even share at most.
 * A larger part shrinks by half of the calls that leave its window, so no replica stalls.
 */
export const RENEW = `${NOW}
local replicas, parts, throttle = KEYS[1], KEYS[2], KEYS[3]
if not p.own then
  if not redis.call('ZSCORE', replicas, p.replica) then return cjson.encode({ state = 'unknown' }) end
  redis.call('ZADD', replicas, now, p.replica)
end
if p.pauseMs > 0 then
  local pausedUntilMs = math.max(now + p.pauseMs, tonumber(redis.call('HGET', throttle, 'pausedUntilMs') or 0))
  redis.call('HSET', throttle, 'pausedUntilMs', pausedUntilMs, 'throttledAtMs', now)
  if p.ceiling then redis.call('HSET', throttle, 'ceiling', p.ceiling, 'ceilingAtMs', now) end
end
local throttled = redis.call('HMGET', throttle, 'pausedUntilMs', 'throttledAtMs', 'ceiling', 'ceilingAtMs')

local isRevived = throttled[2] and now - tonumber(throttled[2]) < ${REVIVED_FOR_MS}
local deadAfterMs = isRevived and ${REVIVED_FOR_MS} or ${DEAD_AFTER_MS}
local silent, isLiving, living = {}, {}, 0
local members = redis.call('ZRANGE', replicas, 0, -1, 'WITHSCORES')
for i = 1, #members, 2 do
  local silentForMs = now - tonumber(members[i + 1])
  if silentForMs <= deadAfterMs then
    living = living + 1
    isLiving[members[i]] = true
    if silentForMs > ${SILENT_AFTER_MS} and members[i] ~= p.replica then silent[members[i]] = true end
  end
end
local share = p.share or 1 / living

-- The youngest calls may be in flight when they are reported, so they count slightly longer than a window.
local function holding(replica, part, w, windowMs)
  local used = 0
  for age, calls in ipairs(part.used[w] or {}) do
    if (age - 2) / ${USAGE_PARTS} * windowMs + now - part.atMs < windowMs then used = used + calls end
  end
  local allotted = math.max(part.allotted[w] or 0, part.acked[w] or 0)
  if now <= part.untilMs then return math.max(allotted, used) end
  if now > part.untilMs + windowMs then return used end
  return math.max(used, math.min(allotted, used + (isLiving[replica] and part.unreported or part.atOnce)))
end

local held, idle, returning, starved = {}, {}, {}, 0
for w in ipairs(p.windows) do
  held[w], idle[w], returning[w] = 0, 0, {}
  for part = 1, ${USAGE_PARTS} do returning[w][part] = 0 end
end
-- Adds the times at which a stopped replica's calls leave the window, by equal parts of it from now on.
local function returns(part, w, windowMs, calls)
  local known = 0
  for age, count in ipairs(part.used[w] or {}) do
    local leavesIn = math.ceil(${USAGE_PARTS} - (age - 2) - (now - part.atMs) / windowMs * ${USAGE_PARTS})
    if leavesIn > 0 then
      local at = math.min(leavesIn, ${USAGE_PARTS})
      returning[w][at] = returning[w][at] + count
      known = known + count
    end
  end
  returning[w][${USAGE_PARTS}] = returning[w][${USAGE_PARTS}] + math.max(0, calls - known)
end
local function hold(w, calls, isStarved)
  held[w] = held[w] + calls
  if not isStarved then idle[w] = idle[w] + calls end
end
local entries = redis.call('HGETALL', parts)
for i = 1, #entries, 2 do
  local replica = entries[i]
  if replica ~= p.replica then
    local part = cjson.decode(entries[i + 1])
    local isStarved = part.waiting > 0 and now - part.atMs < ${STARVED_FOR_MS}
    if isStarved then starved = starved + 1 end
    local isOver = now > part.untilMs
    for w, window in ipairs(p.windows) do
      local calls = holding(replica, part, w, window.windowMs)
      if calls > 0 then isOver = false end
      if not isLiving[replica] or (part.allotted[w] or 0) == 0 then returns(part, w, window.windowMs, calls) end
      if silent[replica] then calls = math.max(calls, share * window.limit) end
      hold(w, calls, isStarved)
    end
    silent[replica] = nil
    if isOver then redis.call('HDEL', parts, replica) end
  end
end
for _ in pairs(silent) do
  for w, window in ipairs(p.windows) do hold(w, share * window.limit, false) end
end

local allotted, attainable, fair, longestMs, used = p.own or {}, {}, {}, 0, 0
for w, window in ipairs(p.windows) do
  local limit = window.limit
  local mine = 0
  for _, calls in ipairs(p.used[w]) do mine = mine + calls end
  used = used + mine
  longestMs = math.max(longestMs, window.windowMs)
  fair[w] = math.max(0, limit - idle[w]) / (starved + 1)
  for part = 1, ${USAGE_PARTS} do returning[w][part] = returning[w][part] / (starved + 1) end
  local headroom = math.ceil(limit * ${HEADROOM})
  attainable[w] = math.max(0, limit - held[w])
  if starved > 0 then
    local even = fair[w] >= 1 and math.ceil(fair[w]) or fair[w]
    local shrunk = math.min(mine + headroom, p.acked[w] * (1 - math.min(1, p.sinceMs / (2 * window.windowMs))))
    attainable[w] = math.min(attainable[w], p.acked[w] > even and math.max(even, shrunk) or math.ceil(fair[w]))
  end
  if not p.own then
    local want = mine + p.waiting + headroom
    allotted[w] = p.isLeaving and 0 or math.min(want, attainable[w])
  end
end
local atOnce, unreported = math.huge, math.huge
for w, window in ipairs(p.windows) do
  local most = math.max(allotted[w], p.acked[w])
  atOnce = math.min(atOnce, most)
  unreported = math.min(unreported, most * (math.ceil(${LEASE_MS} / window.windowMs) + 1))
end
if p.isLeaving and used == 0 then
  redis.call('HDEL', parts, p.replica)
else
  local part = { atMs = now, untilMs = now + ${LEASE_MS}, allotted = allotted, acked = p.acked, used = p.used,
    waiting = p.waiting, atOnce = atOnce, unreported = unreported }
  redis.call('HSET', parts, p.replica, cjson.encode(part))
  redis.call('PEXPIRE', parts, math.ceil(longestMs + ${LEASE_MS}))
end
if throttled[2] then redis.call('PEXPIRE', throttle, 3600000) end
local ceiling
if throttled[3] then ceiling = { limit = tonumber(throttled[3]), ageMs = now - tonumber(throttled[4]) } end
return cjson.encode({ state = 'ok', limits = allotted, attainable = attainable, returning = returning,
  fair = fair, held = held, ceiling = ceiling,
  pausedForMs = math.max(0, tonumber(throttled[1] or 0) - now) })
`;

/**
 * Joins the fleet, or sends a heartbeat. KEYS are the replicas, and the known state of the fleet.
 *
 * A Redis that lost its memory, or is another instance by its run id, is not ready at first.
 * It is ready once as many replicas as before have reported their calls and all have had time to.
 * It is also ready once no earlier call counts any more.
 */
export const JOIN = `${NOW}
local replicas, fleet = KEYS[1], KEYS[2]
if p.isNew then
  if redis.call('HGET', fleet, 'runId') ~= p.runId then
    redis.call('DEL', replicas, fleet)
    redis.call('HSET', fleet, 'runId', p.runId, 'startedMs', now)
  end
  redis.call('ZREMRANGEBYSCORE', replicas, '-inf', now - ${REVIVED_FOR_MS})
elseif now - tonumber(redis.call('ZSCORE', replicas, p.replica) or 0) > ${SILENT_AFTER_MS} then
  return cjson.encode({ isKnown = false, isReady = false, replicas = 0 })
end
redis.call('ZADD', replicas, now, p.replica)
local count = redis.call('ZCOUNT', replicas, now - ${DEAD_AFTER_MS}, '+inf')
local known = redis.call('HMGET', fleet, 'isReady', 'startedMs', 'expected')
local isReady = known[1] == '1'
if not isReady then
  local startedMs = tonumber(known[2] or now)
  local expected = math.max(p.expected, tonumber(known[3] or 1))
  isReady = now - startedMs >= p.longestWindowMs or (now - startedMs >= ${GATHER_MS} and count >= expected)
  redis.call('HSET', fleet, 'startedMs', startedMs, 'expected', expected, 'isReady', isReady and '1' or '0')
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, math.ceil(2 * p.longestWindowMs + ${REVIVED_FOR_MS})) end
return cjson.encode({ isKnown = true, isReady = isReady, replicas = count })
`;
