//! Sealing: bytes in, unreadable and unforgeable bytes out, bound to what they belong to.
//!
//! The cipher is XChaCha20-Poly1305, whose nonces are long enough to be drawn at random. A sealed record is
//! `1` (the format) · length of the key's id · the id · nonce (24 bytes) · ciphertext with tag. Format and
//! key id are authenticated too.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

use crate::clock::Entropy;

const FORMAT: u8 = 1;
const NONCE_BYTES: usize = 24;

/// A secret of 32 bytes with a name, as the configuration gives it.
pub struct NamedKey {
    /// Its name: 1 to 255 bytes. Written beside what it sealed.
    pub id: String,
    /// The key.
    pub secret: [u8; 32],
}

/// The keys in use: the first seals, all of them open.
pub struct KeyRing {
    keys: Vec<(String, XChaCha20Poly1305)>,
    entropy: Entropy,
}

/// What a sealed record belongs to; a record opens only under the same.
#[derive(Clone, Copy, Debug)]
pub struct Binding<'a> {
    /// What sort of record it is, so that one sort cannot pass for another.
    pub purpose: &'a str,
    /// The owner, provider and the like, in a fixed order.
    pub parts: &'a [&'a str],
}

/// The key that sealed a record, by the record's own word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedBy<'a> {
    /// The key's id.
    pub id: &'a str,
    /// Whether it is the ring's first key, which seals now.
    pub first: bool,
}

/// Why a record cannot be sealed or opened. Says nothing about its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CipherError {
    /// The ring is empty or a key's id has no fitting length.
    #[error("the key ring holds no usable key")]
    NoKey,
    /// Its key is not in the ring.
    #[error("the record was sealed with a key that is not in the key ring")]
    UnknownKey,
    /// Damaged, forged, moved from elsewhere, or of a newer format.
    #[error("the record cannot be opened: it is damaged or belongs elsewhere")]
    Refused,
}

impl KeyRing {
    /// A ring of `keys`, the first of which seals.
    pub fn new(keys: Vec<NamedKey>, entropy: Entropy) -> Result<Self, CipherError> {
        let fits = |key: &NamedKey| (1..=255).contains(&key.id.len());
        if keys.is_empty() || !keys.iter().all(fits) {
            return Err(CipherError::NoKey);
        }
        let keys = keys
            .into_iter()
            .map(|key| (key.id, XChaCha20Poly1305::new(&key.secret.into())))
            .collect();
        Ok(Self { keys, entropy })
    }

    /// The id of the key that seals.
    pub fn first(&self) -> &str {
        self.keys.first().map_or("", |(id, _)| id)
    }

    /// Which key sealed a record, told by its header alone; whether it opens is another question. `None` for
    /// what is no sealed record.
    pub fn sealed_by<'a>(&self, sealed: &'a [u8]) -> Option<SealedBy<'a>> {
        let (id, ..) = split(sealed)?;
        let id = std::str::from_utf8(id).ok()?;
        let printable = !id.is_empty() && id.chars().all(|c| c.is_ascii_graphic());
        let first = id == self.first();
        printable.then_some(SealedBy { id, first })
    }

    /// Seals `plain` for `binding` with the first key.
    pub fn seal(&self, binding: Binding<'_>, plain: &[u8]) -> Result<Vec<u8>, CipherError> {
        let (id, cipher) = self.keys.first().ok_or(CipherError::NoKey)?;
        let nonce: [u8; NONCE_BYTES] = self.entropy.bytes();
        let mut sealed = header(id)?;
        let aad = associated_data(&sealed, binding);
        let text = cipher
            .encrypt(
                XNonce::from_slice(&nonce),
                Payload {
                    msg: plain,
                    aad: &aad,
                },
            )
            .map_err(|_| CipherError::Refused)?;
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// Opens what was sealed for the same `binding`.
    pub fn open(&self, binding: Binding<'_>, sealed: &[u8]) -> Result<Vec<u8>, CipherError> {
        let (id, nonce, text) = split(sealed).ok_or(CipherError::Refused)?;
        let (_, cipher) = self
            .keys
            .iter()
            .find(|(name, _)| name.as_bytes() == id)
            .ok_or(CipherError::UnknownKey)?;
        let aad = associated_data(&sealed[..2 + id.len()], binding);
        cipher
            .decrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: text,
                    aad: &aad,
                },
            )
            .map_err(|_| CipherError::Refused)
    }
}

fn header(id: &str) -> Result<Vec<u8>, CipherError> {
    let length = u8::try_from(id.len()).map_err(|_| CipherError::NoKey)?;
    let mut header = vec![FORMAT, length];
    header.extend_from_slice(id.as_bytes());
    Ok(header)
}

fn split(sealed: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (&[format, length], rest) = sealed.split_first_chunk::<2>()?;
    if format != FORMAT {
        return None;
    }
    let (id, rest) = rest.split_at_checked(usize::from(length))?;
    let (nonce, text) = rest.split_at_checked(NONCE_BYTES)?;
    Some((id, nonce, text))
}

/// Each part goes with its length, so that no two bindings give the same bytes.
fn associated_data(header: &[u8], binding: Binding<'_>) -> Vec<u8> {
    let mut data = Vec::new();
    let parts = binding.parts.iter().map(|part| part.as_bytes());
    for part in [header, binding.purpose.as_bytes()]
        .into_iter()
        .chain(parts)
    {
        data.extend_from_slice(&(part.len() as u64).to_be_bytes());
        data.extend_from_slice(part);
    }
    data
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|(id, _)| id))
            .finish()
    }
}

#[cfg(test)]
mod tests;
