//! The Lua scripts. Each touches the keys it is given and no other, all in one slot.

use std::sync::LazyLock;

use redis::Script;

/// Writes a record if its version is the expected one; answers the new version, or 0.
pub(super) static COMPARE_AND_SET: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local version = tonumber(redis.call('HGET', KEYS[1], 'v') or '0')
        if version ~= tonumber(ARGV[1]) then return 0 end
        redis.call('HSET', KEYS[1], 'v', version + 1, 'r', ARGV[2])
        return version + 1
        ",
    )
});

/// Notes when a record was used, if it is there.
pub(super) static TOUCH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'u', ARGV[1]) end
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

/// Writes a record for a while, if a lock of the same slot is still its owner's.
pub(super) static SET_HELD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('GET', KEYS[2]) ~= ARGV[1] then return false end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return true
        ",
    )
});

/// Releases a lock if it is still its owner's.
pub(super) static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
        return redis.call('DEL', KEYS[1]) == 1
        ",
    )
});
