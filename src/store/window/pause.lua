-- Pauses a unit, and slows it for a while: somebody else seems to use it too.
--
-- KEYS: its state. ARGV: how long; how long ago the request was sent that was one too many; for how long to be slow
-- after the pause. Times are milliseconds; `now` is set before.

local KEEP = 60 * 60 * 1000

local wait, age, slowly = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local state = redis.call('HMGET', KEYS[1], 'until', 'slow', 'slow_until', 'slowed_at')
local ends = math.max(now + wait, tonumber(state[1]) or 0)
redis.call('HSET', KEYS[1], 'until', ends)
-- Many requests of one burst are one too many together: it counts once.
if now - age > (tonumber(state[4]) or 0) then
    local slow = (tonumber(state[3]) or 0) > now and tonumber(state[2]) or 1
    redis.call('HSET', KEYS[1], 'slow', math.min(4, slow * 2), 'slow_until', ends + slowly, 'slowed_at', now)
end
redis.call('PEXPIRE', KEYS[1], KEEP)
return true
