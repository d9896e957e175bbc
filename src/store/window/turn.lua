-- When a request may be sent: the first moment at which all units that it counts in have room and none is
-- paused. That moment is noted in each of them at once, so what follows reckons with it.
--
-- A unit has two keys: its log (the moments of its requests, past and to come) and its state (hash: `until`, the
-- end of a pause; `slow`, what its limit is divided by, and `slow_until`; `max` and `per`, what the provider
-- announced). Times are milliseconds; `now` is set before.
--
-- KEYS: log and state of each unit, all in one slot.
-- ARGV: the request's id; whether it asks again (1); the longest wait that it takes, or -1; the longest pause that
-- is waited for; whether it stands in the queue (1) or a person waits for it (0). Then for each unit: limit (0 for
-- none), window, whether it follows announcements (1), and the last announcement: limit (0 for none), window,
-- requests used, its age.
-- Answers a verdict (0: at that moment, 1: that is too late, nothing is noted, 2: the pause is too long, nothing is
-- noted), how long to wait, and whether that is because of a pause (1).

-- An idle unit's state is forgotten after an hour; the longest pause is shorter.
local KEEP = 60 * 60 * 1000
-- Entries stay a second longer than their window: announcements that old are compared with them.
local SLACK = 1000
-- Who comes later than this after its moment would be sent into the window of others: at most half of what a window
-- is longer than the provider's.
local function most_late(unit) return math.min(250, unit.per / 22) end
-- Of limits above this one request is kept free for people, who do not queue.
local SPARE_ABOVE = 50

local id, again, most, longest = ARGV[1], ARGV[2] == '1', tonumber(ARGV[3]), tonumber(ARGV[4])
local queued = ARGV[5] == '1'

local function hear(unit, announced)
    if announced.max == 0 then return end
    redis.call('HSET', unit.state, 'max', announced.max, 'per', announced.per)
    redis.call('PEXPIRE', unit.state, KEEP)
    -- What the provider counted beyond all that we may have sent by then was sent by others.
    local at = now - announced.age
    local ours = redis.call('ZCOUNT', unit.log, at - math.max(unit.per, announced.per), at)
    for n = 1, math.min(announced.used - ours, announced.max) do
        redis.call('ZADD', unit.log, at, table.concat({ id, at, n }, ':'))
    end
    if redis.call('PTTL', unit.log) == -1 then redis.call('PEXPIRE', unit.log, KEEP) end
end

local function read(unit, follows)
    local state = redis.call('HMGET', unit.state, 'until', 'slow', 'slow_until', 'max', 'per')
    unit.paused = tonumber(state[1]) or 0
    if unit.limit == 0 then return end
    if follows and state[4] then unit.limit, unit.per = tonumber(state[4]), tonumber(state[5]) end
    if (tonumber(state[3]) or 0) > now then
        unit.limit = math.max(1, math.floor(unit.limit / tonumber(state[2])))
    end
    if queued and unit.limit > SPARE_ABOVE then unit.limit = unit.limit - 1 end
    redis.call('ZREMRANGEBYSCORE', unit.log, '-inf', now - unit.per - SLACK)
end

local units, pause = {}, 0
for i = 1, #KEYS / 2 do
    local function arg(n) return tonumber(ARGV[5 + 7 * (i - 1) + n]) end
    local unit = { log = KEYS[2 * i - 1], state = KEYS[2 * i], limit = arg(1), per = arg(2) }
    hear(unit, { max = arg(4), per = arg(5), used = arg(6), age = arg(7) })
    read(unit, arg(3) == 1)
    units[i] = unit
    pause = math.max(pause, unit.paused)
end

-- Whether the moment that was given before still holds; where it does not, it is given back.
local function holds()
    local good = pause <= now
    for _, unit in ipairs(units) do
        if unit.limit > 0 then
            local moment = redis.call('ZSCORE', unit.log, id)
            good = good and moment and tonumber(moment) + most_late(unit) >= now
        end
    end
    for _, unit in ipairs(units) do
        if not good then redis.call('ZREM', unit.log, id) end
    end
    return good
end

-- The first moment from `from` on at which a unit has room. So many neighbours of its log as the limit allows, if they
-- lie within one window, leave no room to another from a window before the last of them to a window after the
-- first. The log is in order, and so are these spans.
local function room(unit, from)
    local spans = redis.call('ZCARD', unit.log) - unit.limit
    if unit.limit == 0 or spans < 0 then return from end
    local firsts = redis.call('ZRANGE', unit.log, 0, spans, 'WITHSCORES')
    local lasts = redis.call('ZRANGE', unit.log, unit.limit - 1, -1, 'WITHSCORES')
    for i = 2, #firsts, 2 do
        local first, last = tonumber(firsts[i]), tonumber(lasts[i])
        if last - first < unit.per and last - unit.per < from and from < first + unit.per then
            from = first + unit.per
        end
    end
    return from
end

local function note(unit, moment)
    if unit.limit == 0 then return end
    redis.call('ZADD', unit.log, moment, id)
    local last = redis.call('ZRANGE', unit.log, -1, -1, 'WITHSCORES')[2]
    redis.call('PEXPIREAT', unit.log, tonumber(last) + unit.per + SLACK)
end

if again and holds() then return { 0, 0, 0 } end
local moment, before = math.max(now, pause), nil
repeat
    before = moment
    for _, unit in ipairs(units) do moment = room(unit, moment) end
until moment == before
local paused = pause > now and 1 or 0
if most >= 0 and moment - now > most then return { 1, moment - now, paused } end
if pause - now > longest then return { 2, pause - now, paused } end
for _, unit in ipairs(units) do note(unit, moment) end
return { 0, moment - now, paused }
