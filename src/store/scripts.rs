//! The Lua scripts. Each touches the keys it is given and no other, all in one slot.

use std::sync::LazyLock;

use redis::Script;

/// How a script that writes a record begins: it ends with 0 unless the record's version is the expected one (0: it is not
/// there), and has the text of the new one in `next`. The first version of a record is the time in milliseconds, so that
/// one that was deleted and made anew never has an old number: whoever still holds one of those is refused.
pub(super) const NEXT_VERSION: &str = r"
    local version = tonumber(redis.call('HGET', KEYS[1], 'v') or '0')
    if version ~= tonumber(ARGV[1]) then return 0 end
    if version == 0 then
        local time = redis.call('TIME')
        version = time[1] * 1000 + math.floor(time[2] / 1000)
    end
    local next = string.format('%.0f', version + 1)
";

/// Writes a record if its version is the expected one; answers the new version, or 0.
pub(super) static COMPARE_AND_SET: LazyLock<Script> = LazyLock::new(|| {
    let write = r"
        redis.call('HSET', KEYS[1], 'v', next, 'r', ARGV[2])
        return tonumber(next)
    ";
    Script::new(&[NEXT_VERSION, write].concat())
});

/// Deletes a record if its version, and when it was used and seen, are still these (empty: never).
pub(super) static DELETE_VERSIONED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local now = redis.call('HMGET', KEYS[1], 'v', 'u', 's')
        for i = 1, 3 do
            if (now[i] or '') ~= ARGV[i] then return false end
        end
        return redis.call('DEL', KEYS[1]) == 1
        ",
    )
});

/// Notes under a field when a record was used or seen, if it is there; answers what stood there before.
pub(super) static TOUCH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('EXISTS', KEYS[1]) == 0 then return false end
        local before = redis.call('HGET', KEYS[1], ARGV[1])
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
        return before
        ",
    )
});

/// Leaves nothing of a record but itself and its version.
pub(super) static UNTOUCH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
            if field ~= 'v' and field ~= 'r' then redis.call('HDEL', KEYS[1], field) end
        end
        return true
        ",
    )
});

/// Counts one more read of a record by somebody, if it is there: `n:` how often, `t:` when last, `w:` by whom in words.
/// Where so many others have read it, the one whose last read is the oldest is forgotten. Answers when the last read by
/// the same was, 0 for the first.
pub(super) static COUNT_READ: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local id, now, words, most = unpack(ARGV)
        if redis.call('EXISTS', KEYS[1]) == 0 then return false end
        if redis.call('HINCRBY', KEYS[1], 'n:' .. id, 1) == 1 then
            local readers, oldest, at = 0, nil, nil
            local all = redis.call('HGETALL', KEYS[1])
            for i = 1, #all, 2 do
                if string.sub(all[i], 1, 2) == 't:' then
                    readers = readers + 1
                    local last = tonumber(all[i + 1])
                    if not at or last < at then oldest, at = string.sub(all[i], 3), last end
                end
            end
            if readers >= tonumber(most) then
                redis.call('HDEL', KEYS[1], 'n:' .. oldest, 't:' .. oldest, 'w:' .. oldest)
            end
        end
        local before = redis.call('HGET', KEYS[1], 't:' .. id) or '0'
        redis.call('HSET', KEYS[1], 't:' .. id, now, 'w:' .. id, words)
        return before
        ",
    )
});

/// Replaces a string if it is the expected one; its expiry stays.
pub(super) static REPLACE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
        redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
        return true
        ",
    )
});

/// Prolongs a lock if it is still its owner's.
pub(super) static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
        return redis.call('PEXPIRE', KEYS[1], ARGV[2]) == 1
        ",
    )
});

/// Takes a lock of the same slot that nobody holds, if a record (the second key) is the expected one.
pub(super) static RETAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('GET', KEYS[2]) ~= ARGV[3] then return false end
        return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and true or false
        ",
    )
});

/// Writes records for a while, all or none, if a lock of the same slot (the first key) is its owner's.
pub(super) static SET_HELD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
        for i = 2, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 1], 'PX', ARGV[2]) end
        return true
        ",
    )
});

/// Replaces a string by one with a new life, if it is the expected one, and deletes another key of its slot with it.
pub(super) static REPLACE_AND_DELETE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        redis.call('DEL', KEYS[2])
        return true
        ",
    )
});

/// Deletes a key if it still holds what it is expected to: a lock its owner, a record its bytes.
pub(super) static DELETE_IF: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
        return redis.call('DEL', KEYS[1]) == 1
        ",
    )
});

/// Puts a note, unless there is no room for it; tells whether it did. The one before of the same field goes in any case:
/// it is not so any more. Fields: `v` the version of all notes, `b` the bytes
/// of all, `m` when there was no room for one last.
pub(super) static NOTE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local field, bytes, version, most, most_bytes, life, now = unpack(ARGV)
        local known = redis.call('HEXISTS', KEYS[1], field) == 1
        local all = tonumber(redis.call('HGET', KEYS[1], 'b') or '0')
        all = all - redis.call('HSTRLEN', KEYS[1], field)
        local fields = redis.call('HLEN', KEYS[1]) - redis.call('HEXISTS', KEYS[1], 'm')
        local crowded = not known and fields >= tonumber(most)
        local full = crowded or all + #bytes > tonumber(most_bytes)
        if full then
            redis.call('HDEL', KEYS[1], field)
            redis.call('HSET', KEYS[1], 'm', now)
        else
            redis.call('HSET', KEYS[1], field, bytes)
            all = all + #bytes
        end
        redis.call('HSET', KEYS[1], 'b', string.format('%.0f', all))
        redis.call('HSET', KEYS[1], 'v', version)
        redis.call('PEXPIRE', KEYS[1], life)
        return not full
        ",
    )
});

/// Drops fields of notes if their version is the expected one, and all of it where no note is left.
pub(super) static DROP_NOTES: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('HGET', KEYS[1], 'v') ~= ARGV[1] then return false end
        local all = tonumber(redis.call('HGET', KEYS[1], 'b') or '0')
        for i = 3, #ARGV do
            if ARGV[i] ~= 'm' then all = all - redis.call('HSTRLEN', KEYS[1], ARGV[i]) end
            redis.call('HDEL', KEYS[1], ARGV[i])
        end
        redis.call('HSET', KEYS[1], 'v', ARGV[2], 'b', string.format('%.0f', all))
        if redis.call('HLEN', KEYS[1]) == 2 then redis.call('DEL', KEYS[1]) end
        return true
        ",
    )
});

/// Replaces a field of a map if it is the expected one.
pub(super) static REPLACE_FIELD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return false end
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
        return true
        ",
    )
});

/// Adds an entry to a stream, which is cut to entries that are young enough and not too many, and ends when nothing is
/// added for so long. Its id is the time that was told, or the one after the last id where clocks differ: entries never
/// go back.
pub(super) static APPEND: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local now, oldest, most, life = unpack(ARGV, 1, 4)
        redis.call('XTRIM', KEYS[1], 'MINID', oldest)
        local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
        local ms, seq = tonumber(now), 0
        if last then
            local last_ms, last_seq = string.match(last[1], '^(%d+)-(%d+)$')
            if tonumber(last_ms) >= ms then ms, seq = tonumber(last_ms), tonumber(last_seq) + 1 end
        end
        local id = string.format('%.0f-%.0f', ms, seq)
        redis.call('XADD', KEYS[1], 'MAXLEN', '~', most, id, unpack(ARGV, 5))
        redis.call('PEXPIRE', KEYS[1], life)
        return true
        ",
    )
});
