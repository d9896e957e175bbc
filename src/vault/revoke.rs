//! The end of a grant at its provider.

use std::time::Duration;

use super::{Credential, Parts, Vault};
use crate::owner::Owner;
use crate::providers::Tokens;

/// How long a provider may take to confirm: somebody is waiting.
const IN_TIME: Duration = Duration::from_secs(5);

/// What became of a grant at its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// It is ended.
    Done,
    /// The provider did not confirm it.
    Failed,
    /// The provider has no way to, or there was nothing to revoke.
    Impossible,
    /// It was left alive, for other connections here use it.
    Shared,
}

impl Revocation {
    /// What is to be told of two grants: what the person has to look after, if anything.
    pub fn and(self, other: Self) -> Self {
        let all = [Self::Failed, Self::Shared, Self::Done];
        let told = all.into_iter().find(|one| *one == self || *one == other);
        told.unwrap_or(Self::Impossible)
    }
}

impl Vault {
    /// Ends a grant that its owner does not need any more, unless another owner's connection uses it. `account`
    /// is the provider's id of the account that it is for.
    pub async fn let_go(
        &self,
        owner: &Owner,
        provider: &str,
        account: &str,
        credential: &Credential,
    ) -> Revocation {
        self.parts
            .let_go(owner, provider, account, credential)
            .await
    }
}

impl Parts {
    pub(super) async fn let_go(
        &self,
        owner: &Owner,
        provider: &str,
        account: &str,
        credential: &Credential,
    ) -> Revocation {
        match self.users_of(owner, provider, account, credential).await {
            Ok(0) => self.revoke(provider, credential).await,
            Ok(_) => Revocation::Shared,
            Err(error) => {
                tracing::warn!(provider, %error, "who else uses a grant could not be looked up");
                Revocation::Failed
            }
        }
    }

    async fn revoke(&self, provider: &str, credential: &Credential) -> Revocation {
        let known = self.registry.get(provider);
        let Some((known, client)) = known.zip(self.clients.get(provider)) else {
            return Revocation::Impossible;
        };
        let tokens = Tokens {
            access: &credential.access,
            refresh: credential.refresh.as_ref(),
        };
        let revoked = known.revoke(client, &self.outbound, tokens);
        match tokio::time::timeout(IN_TIME, revoked).await {
            Ok(Ok(true)) => Revocation::Done,
            Ok(Ok(false)) => Revocation::Impossible,
            Ok(Err(error)) => {
                tracing::warn!(provider, %error, "a grant could not be revoked");
                Revocation::Failed
            }
            Err(_) => {
                tracing::warn!(provider, "a grant could not be revoked in time");
                Revocation::Failed
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Revocation::{Done, Failed, Impossible, Shared};

    #[test]
    fn of_two_grants_the_one_to_look_after_is_told() {
        for (one, other, told) in [
            (Done, Failed, Failed),
            (Failed, Impossible, Failed),
            (Impossible, Done, Done),
            (Done, Done, Done),
            (Shared, Done, Shared),
            (Shared, Failed, Failed),
            (Impossible, Impossible, Impossible),
        ] {
            assert_eq!((one.and(other), other.and(one)), (told, told));
        }
    }
}
