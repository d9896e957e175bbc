//! Whether a connection may be used again.

use redis::{ErrorKind, RedisError, ServerErrorKind, Value};

/// What the last answer, or its absence, says of a connection.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Fitness {
    /// Nothing bad.
    #[default]
    Fit,
    /// Something was asked, and no answer has come.
    Asked,
    /// It broke.
    Broken,
    /// The server is none that is to be written to.
    NotMaster,
}

impl Fitness {
    /// Something is asked. Whoever gives up on the answer leaves it at that.
    pub(super) fn begin(&mut self) {
        *self = Self::Asked;
    }

    /// What came of it.
    pub(super) fn end(&mut self, answers: Result<&[Value], &RedisError>) {
        *self = match answers {
            Ok(answers) if answers.iter().any(|it| matches!(it, Value::ServerError(error) if error.kind().is_some_and(is_not_master))) => {
                Self::NotMaster
            }
            Ok(_) => Self::Fit,
            Err(error) => match error.kind() {
                ErrorKind::Server(kind) if is_not_master(kind) => Self::NotMaster,
                _ if error.is_timeout() => Self::Asked,
                _ if error.is_io_error() || error.is_unrecoverable_error() => Self::Broken,
                _ => Self::Fit,
            },
        };
    }

    /// A Cluster's connection mends what is broken and finds masters by itself. But a node that does not answer keeps it
    /// waiting, wherever its slots have gone meanwhile.
    pub(super) fn may_go_back(&self, of_cluster: bool) -> bool {
        match self {
            Self::Fit => true,
            Self::Asked => false,
            Self::Broken | Self::NotMaster => of_cluster,
        }
    }
}

/// A replica says so.
fn is_not_master(kind: ServerErrorKind) -> bool {
    matches!(
        kind,
        ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(answer: &str) -> Fitness {
        let mut fitness = Fitness::default();
        fitness.begin();
        let value = redis::parse_redis_value(answer.as_bytes()).expect("an answer");
        fitness.end(Ok(&[value]));
        fitness
    }

    #[test]
    fn who_leads_to_a_replica_or_nowhere_does_not_go_back() {
        assert_eq!(after("+OK\r\n"), Fitness::Fit);
        assert_eq!(after("-ERR no such thing\r\n"), Fitness::Fit);
        let replica = after("-READONLY You can't write against a read only replica.\r\n");
        assert_eq!(replica, Fitness::NotMaster);
        assert!(!replica.may_go_back(false));
        assert!(replica.may_go_back(true));
        let mut given_up = Fitness::default();
        given_up.begin();
        assert!(!given_up.may_go_back(false));
        assert!(!given_up.may_go_back(true));
    }
}
