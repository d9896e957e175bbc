//! What a Redis says of itself, and whether it takes writes: for who checks a configuration.

use std::sync::LazyLock;

use jiff::Timestamp;
use redis::Script;

use super::risks::field;
use super::{Store, StoreError, keys};

/// Writes a key and deletes it, in one step: nobody ever sees it, and nothing is left of it.
static TRY_WRITE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('EXISTS', KEYS[1]) == 1 then return false end
        redis.call('SET', KEYS[1], '', 'PX', 1000)
        return redis.call('DEL', KEYS[1]) == 1
        ",
    )
});

impl Store {
    /// Its name and version: 'Redis 7.0.15'. `None` where it does not tell us.
    pub async fn software(&self) -> Result<Option<String>, StoreError> {
        let Some(node) = self.nodes().await?.into_iter().next() else {
            return Ok(None);
        };
        match self.info(&node, "server").await {
            Ok(info) => Ok(software(&info)),
            // The rights of our user may not reach so far.
            Err(StoreError::Refused(error)) if error.code() == Some("NOPERM") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The time by its clock.
    pub async fn time(&self) -> Result<Option<Timestamp>, StoreError> {
        let (seconds, micros): (i64, i64) = self.run(&redis::cmd("TIME")).await?;
        let nanos = i32::try_from(micros)
            .ok()
            .and_then(|it| it.checked_mul(1000));
        Ok(nanos.and_then(|nanos| Timestamp::new(seconds, nanos).ok()))
    }

    /// Whether it takes writes and runs our scripts. Nothing is left of the try.
    pub async fn try_write(&self) -> Result<(), StoreError> {
        let call = TRY_WRITE.key(keys::try_write());
        self.script::<Option<bool>>(&call).await.map(drop)
    }
}

/// Valkey calls itself a Redis of some version, too, and says who it is beside that.
fn software(info: &str) -> Option<String> {
    match (field(info, "valkey_version"), field(info, "redis_version")) {
        (Some(version), _) => Some(format!("Valkey {version}")),
        (None, Some(version)) => Some(format!("Redis {version}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::software;

    #[test]
    fn a_server_is_known_by_its_name_and_version() {
        let redis = "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n";
        assert_eq!(software(redis).as_deref(), Some("Redis 7.0.15"));
        let valkey = "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\n";
        assert_eq!(software(valkey).as_deref(), Some("Valkey 8.1.1"));
        assert_eq!(software("# Server\r\n"), None);
    }
}
