//! The proof of an id token: OpenID Connect Core, section 3.1.3.7, every point of it.

use std::str::FromStr;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    ClaimsVerificationError, ClientId, IdToken, IdTokenClaims, IdTokenVerifier, Nonce,
    SignatureVerificationError,
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::claims::{Claims, Further};
use super::issuer::Known;
use crate::outbound::oauth::Grant;

/// How far the issuer's clock may be from ours.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);
/// A token that was made so long ago was not made for this sign-in.
const OLDEST: SignedDuration = SignedDuration::from_hours(1);

/// What a token may be signed with. Shared secrets are not among it: whoever holds ours could make tokens.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Token =
    IdToken<Further, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type TokenClaims = IdTokenClaims<Further, CoreGenderClaim>;

/// Why a token proves nothing. Says nothing of what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// There is none.
    #[error("there is no id token")]
    Missing,
    /// It is no signed token, or lacks what every token has.
    #[error("the id token cannot be read")]
    Malformed,
    /// The key that it names is none of the issuer's.
    #[error("the id token is signed with a key that the issuer does not publish")]
    UnknownKey,
    /// It is unsigned, or signed in a way that proves nothing.
    #[error("the id token is signed in a way that is not accepted")]
    Algorithm,
    /// The signature is not the key's.
    #[error("the signature of the id token is wrong")]
    Signature,
    /// Somebody else made it.
    #[error("the id token is another issuer's")]
    Issuer,
    /// It was made for somebody else.
    #[error("the id token is for another client")]
    Audience,
    /// It is over.
    #[error("the id token has expired")]
    Expired,
    /// It was made too long ago, or in the future.
    #[error("the id token was issued at a time that cannot be")]
    IssuedAt,
    /// It was made for another sign-in.
    #[error("the id token is for another sign-in")]
    Nonce,
    /// It belongs to another access token.
    #[error("the id token belongs to another access token")]
    AccessToken,
}

/// What a grant's id token says, if it is the issuer's, for us, for this sign-in, and now.
pub(super) fn prove(
    known: &Known,
    client_id: &str,
    grant: &Grant,
    nonce: &str,
    now: Timestamp,
) -> Result<Claims, BadToken> {
    let text = grant.extra.get("id_token").ok_or(BadToken::Missing)?;
    let text = text.as_str().ok_or(BadToken::Malformed)?;
    let token = Token::from_str(text).map_err(|_| BadToken::Malformed)?;
    let verifier = verifier(known, client_id, now);
    let claims = token
        .claims(&verifier, &Nonce::new(nonce.to_owned()))
        .map_err(BadToken::of)?;
    for_us(claims, client_id)?;
    issued_recently(claims, now)?;
    with_its_access_token(&token, claims, grant)?;
    Ok(Claims::of_token(claims))
}

/// The secret is not given to it, so that no signature by a shared secret can pass.
fn verifier(
    known: &Known,
    client_id: &str,
    now: Timestamp,
) -> IdTokenVerifier<'static, CoreJsonWebKey> {
    let client_id = ClientId::new(client_id.to_owned());
    let earlier = now.checked_sub(LEEWAY).unwrap_or(now);
    let issuer = known.metadata.issuer.clone();
    IdTokenVerifier::new_public_client(client_id, issuer, known.keys.clone())
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || SystemTime::from(earlier).into())
        // Others may be named beside us where the token says that it is meant for us: see `for_us`.
        .set_other_audience_verifier_fn(|_| true)
}

/// Where the token has several audiences, it must say that we are the one who asked for it; and it must never say that
/// somebody else is.
fn for_us(claims: &TokenClaims, client_id: &str) -> Result<(), BadToken> {
    let several = claims.audiences().len() > 1;
    match claims.authorized_party() {
        Some(party) if party.as_str() != client_id => Err(BadToken::Audience),
        None if several => Err(BadToken::Audience),
        _ => Ok(()),
    }
}

fn issued_recently(claims: &TokenClaims, now: Timestamp) -> Result<(), BadToken> {
    let at = Timestamp::try_from(SystemTime::from(claims.issue_time()));
    let age = now.duration_since(at.map_err(|_| BadToken::IssuedAt)?);
    match age < -LEEWAY || age > OLDEST {
        true => Err(BadToken::IssuedAt),
        false => Ok(()),
    }
}

/// Where the token says which access token it came with, it is this one.
fn with_its_access_token(
    token: &Token,
    claims: &TokenClaims,
    grant: &Grant,
) -> Result<(), BadToken> {
    let Some(said) = claims.access_token_hash() else {
        return Ok(());
    };
    let algorithm = token.signing_alg().map_err(|_| BadToken::Algorithm)?;
    match half_hash(algorithm, &grant.access) == said.as_str() {
        true => Ok(()),
        false => Err(BadToken::AccessToken),
    }
}

/// The left half of a token's hash, by the hash of the signature.
fn half_hash(algorithm: &CoreJwsSigningAlgorithm, token: &SecretString) -> String {
    let token = token.expose_secret();
    let hash = match algorithm {
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256
        | CoreJwsSigningAlgorithm::RsaSsaPssSha256
        | CoreJwsSigningAlgorithm::EcdsaP256Sha256 => Sha256::digest(token).to_vec(),
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384
        | CoreJwsSigningAlgorithm::RsaSsaPssSha384
        | CoreJwsSigningAlgorithm::EcdsaP384Sha384 => Sha384::digest(token).to_vec(),
        _ => Sha512::digest(token).to_vec(),
    };
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

impl BadToken {
    /// The crate's own texts repeat what stands in the token, so they go nowhere.
    fn of(error: ClaimsVerificationError) -> Self {
        match error {
            ClaimsVerificationError::Expired(_) => Self::Expired,
            ClaimsVerificationError::InvalidAudience(_) => Self::Audience,
            ClaimsVerificationError::InvalidIssuer(_) => Self::Issuer,
            ClaimsVerificationError::InvalidNonce(_) => Self::Nonce,
            ClaimsVerificationError::SignatureVerification(error) => Self::of_signature(&error),
            _ => Self::Malformed,
        }
    }

    fn of_signature(error: &SignatureVerificationError) -> Self {
        match error {
            SignatureVerificationError::NoMatchingKey
            | SignatureVerificationError::AmbiguousKeyId(_) => Self::UnknownKey,
            SignatureVerificationError::DisallowedAlg(_)
            | SignatureVerificationError::UnsupportedAlg(_)
            | SignatureVerificationError::NoSignature => Self::Algorithm,
            _ => Self::Signature,
        }
    }
}
