//! Why a sign-in is refused, and how a page says it.

use super::id_token::BadToken;
use super::issuer::IssuerError;
use crate::error::{Failure, Kind};
use crate::outbound::oauth::GrantError;
use crate::vault::VaultError;

/// Where to go on after most refusals.
const AGAIN: &str = "You were not signed in. Go to the sign-in page and begin again.";
const OPERATOR: &str =
    "You were not signed in. Tell the operator of this Patchbay; the log says more.";

/// Why a sign-in is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The answer has no state.
    #[error("no state")]
    MissingState,
    /// Nothing was begun with this state.
    #[error("unknown state")]
    UnknownState,
    /// It was begun too long ago.
    #[error("expired state")]
    ExpiredState,
    /// It has been used.
    #[error("used state")]
    UsedState,
    /// It was begun in another browser session.
    #[error("state of another session")]
    OtherSession,
    /// Someone else than the issuer sent the answer, or it does not say who did though the issuer always says so.
    #[error("wrong issuer")]
    WrongIssuer,
    /// The answer has neither code nor error.
    #[error("no code")]
    MissingCode,
    /// The issuer reports an error other than a denial.
    #[error("the identity provider reports {0}")]
    Reported(String),
    /// The issuer cannot be asked.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// The code was not exchanged.
    #[error("the exchange failed: the identity provider {0}")]
    Exchange(GrantError),
    /// What the issuer sent proves nothing.
    #[error(transparent)]
    Token(#[from] BadToken),
    /// The issuer's name for the person is empty or too long.
    #[error("an unusable subject")]
    BadSubject,
    /// No email is said.
    #[error("no email")]
    NoEmail,
    /// The email is none, or one that cannot be a user id.
    #[error("an unusable email")]
    BadEmail,
    /// The email is said not to be verified.
    #[error("an unverified email")]
    Unverified,
    /// It is not said whether the email is verified.
    #[error("no word on whether the email is verified")]
    VerificationUnknown,
    /// The email's domain is not an allowed one.
    #[error("an email of another domain")]
    OtherDomain,
    /// The claim of this name does not name one org.
    #[error("the claim {0} names no org")]
    NoOrg(String),
    /// It cannot be stored just now.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Vault(error) => error.into(),
            refusal => {
                let cause = refusal.to_string();
                let failure = refusal.words().because(cause);
                failure.leading_to("Go to the sign-in page", "/sign-in".to_owned())
            }
        }
    }
}

impl Refusal {
    /// Whether somebody was refused, rather than nobody could be let in at that moment.
    pub fn is_of_somebody(&self) -> bool {
        !matches!(self, Self::Vault(_) | Self::Issuer(_))
    }

    fn words(self) -> Failure {
        match self {
            Self::MissingState
            | Self::UnknownState
            | Self::ExpiredState
            | Self::UsedState
            | Self::OtherSession
            | Self::MissingCode => self.of_the_answer(),
            Self::WrongIssuer | Self::Reported(_) | Self::Exchange(_) | Self::Token(_) => {
                self.of_the_issuer()
            }
            Self::Issuer(error) => away(&error),
            refusal => refusal.of_the_person(),
        }
    }

    fn of_the_answer(&self) -> Failure {
        let bad = |title: &'static str| Failure::new(Kind::BadRequest, title, AGAIN);
        match self {
            Self::MissingState => bad("The answer of the identity provider has no state"),
            Self::ExpiredState => bad("This sign-in was begun too long ago"),
            Self::UsedState => Failure::new(
                Kind::BadRequest,
                "This answer has been used already",
                "What it brought was handled when it came first. If you are not signed in, begin again on the sign-in page.",
            ),
            Self::OtherSession => Failure::new(
                Kind::Forbidden,
                "This sign-in was begun in another browser session",
                "You were not signed in here. If you began it yourself, go to the sign-in page and begin again; if somebody sent you here, leave it at that.",
            ),
            Self::MissingCode => bad("The answer of the identity provider has no code"),
            _ => bad("Patchbay did not begin this sign-in"),
        }
    }

    fn of_the_issuer(&self) -> Failure {
        match self {
            Self::WrongIssuer => Failure::new(
                Kind::BadRequest,
                "This answer does not come from the identity provider",
                AGAIN,
            ),
            Self::Reported(error) => Failure::new(
                Kind::BadRequest,
                format!("The identity provider reports an error: {error}"),
                AGAIN,
            ),
            Self::Exchange(error) => exchange(error),
            _ => Failure::new(
                Kind::Provider,
                "The identity provider's word cannot be trusted",
                OPERATOR,
            ),
        }
    }

    fn of_the_person(&self) -> Failure {
        let (title, text) = match self {
            Self::NoEmail => (
                "The identity provider does not say your email",
                "Patchbay knows people by their email. Whoever runs the identity provider can let Patchbay see it.".to_owned(),
            ),
            Self::Unverified => (
                "Your email is not verified",
                "The identity provider says that nobody has checked that it is yours. Verify it there, then sign in again.".to_owned(),
            ),
            Self::VerificationUnknown => (
                "It is not known whether your email is verified",
                "The identity provider does not say so (the claim email_verified), and without it anybody could pass for you. Whoever runs it can add that.".to_owned(),
            ),
            Self::OtherDomain => (
                "Your email's domain may not sign in here",
                "The operator has named the domains whose people may. Sign in with another account, or ask the operator.".to_owned(),
            ),
            Self::NoOrg(claim) => (
                "The identity provider does not say which org you belong to",
                format!("Its claim {claim:?} must name just one. Whoever runs it can set that for you."),
            ),
            Self::BadSubject => (
                "The identity provider does not say who you are",
                OPERATOR.to_owned(),
            ),
            _ => (
                "Your email cannot be used here",
                "It must be an email address of at most 128 characters, without spaces and look-alike letters.".to_owned(),
            ),
        };
        Failure::new(Kind::Forbidden, title, text)
    }
}

fn away(error: &IssuerError) -> Failure {
    match error {
        IssuerError::Away(_) => Failure::new(
            Kind::Provider,
            "The identity provider does not answer",
            "You were not signed in. Try again in a while.",
        ),
        IssuerError::Broken(_) => Failure::new(
            Kind::Provider,
            "Single sign-on is not set up right",
            OPERATOR,
        ),
    }
}

fn exchange(error: &GrantError) -> Failure {
    let refused = |word: &str| match error {
        GrantError::Refused { error, .. } => error.as_deref() == Some(word),
        _ => false,
    };
    if refused("invalid_grant") {
        let title = "The identity provider does not accept the code any more";
        return Failure::new(Kind::BadRequest, title, AGAIN);
    }
    if refused("invalid_client") || refused("unauthorized_client") {
        let title = "The identity provider does not accept this Patchbay";
        return Failure::new(Kind::Provider, title, OPERATOR);
    }
    away(&IssuerError::Away(String::new()))
}
