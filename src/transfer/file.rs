//! The file: contents sealed with a passphrase, in text that survives a mail or a terminal.
//!
//! ```text
//! patchbay export 1
//! {"kdf":"argon2id","memory_kib":65536,"passes":3,"lanes":4,"salt":"…","cipher":"xchacha20poly1305","nonce":"…"}
//! …base64 of the ciphertext with its tag, 76 characters a line…
//! sha256 …
//! ```
//!
//! The first two lines are the associated data, as they stand there. The last one is the digest of all before it: it
//! tells a file that was cut short or damaged on its way from a wrong passphrase, and proves nothing else. Base64 is
//! the standard one, with its `=`. Lines end with `\n`; what a way made of that, by `\r\n` and line breaks at the end, is
//! taken back before anything is read.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::passphrase::{self, Cost, SALT_BYTES};
use crate::clock::Entropy;

/// What every file begins with; its format follows.
const MAGIC: &str = "patchbay export ";
/// The format that is written.
const FORMAT: u32 = 1;
const KDF: &str = "argon2id";
const CIPHER: &str = "xchacha20poly1305";
const NONCE_BYTES: usize = 24;
/// What the last line begins with.
const DIGEST: &str = "sha256 ";
/// Characters of a line of base64.
const WIDTH: usize = 76;
/// The largest file that is read, in bytes: connections take about 2 KiB each.
pub const LONGEST: usize = 256 * 1024 * 1024;

/// Why a file cannot be sealed or opened. Says nothing of what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It does not begin as a file of ours.
    #[error("it is no export of Patchbay")]
    Foreign,
    /// A later version of Patchbay wrote it.
    #[error(
        "it has format {0}, which a newer Patchbay wrote; this one knows format {FORMAT}: import it with a newer Patchbay"
    )]
    Newer(u32),
    /// It is as it was written, in a way that this version does not know, or at a cost that it does not bear.
    #[error(
        "it is sealed in a way that this Patchbay does not know: a newer one made it; import it with a newer Patchbay"
    )]
    UnknownSeal,
    /// It is not as it was written.
    #[error("it was cut short or changed since it was written; take another copy of it")]
    Damaged,
    /// Larger than any that we write.
    #[error("it is larger than {} MiB", LONGEST / 1024 / 1024)]
    TooLarge,
    /// It does not open.
    #[error(
        "the passphrase is not the one that it was written with (or somebody changed the file on purpose)"
    )]
    WrongPassphrase,
    /// The cipher failed.
    #[error("it could not be encrypted")]
    Unsealable,
}

/// How a file is sealed: its second line. What a later version of the same format adds is passed over.
#[derive(Serialize, Deserialize)]
struct Header {
    kdf: String,
    #[serde(flatten)]
    cost: Cost,
    salt: String,
    cipher: String,
    nonce: String,
}

/// The text of a file that holds `plain`.
///
/// # Errors
///
/// [`FileError::Unsealable`] or [`FileError::TooLarge`].
pub fn seal(
    plain: &SecretSlice<u8>,
    passphrase: &SecretString,
    entropy: &Entropy,
) -> Result<Vec<u8>, FileError> {
    seal_at(Cost::OURS, plain, passphrase, entropy)
}

pub(super) fn seal_at(
    cost: Cost,
    plain: &SecretSlice<u8>,
    passphrase: &SecretString,
    entropy: &Entropy,
) -> Result<Vec<u8>, FileError> {
    let salt = entropy.bytes::<SALT_BYTES>();
    let nonce = entropy.bytes::<NONCE_BYTES>();
    let header = Header {
        kdf: KDF.to_owned(),
        cost,
        salt: STANDARD.encode(salt),
        cipher: CIPHER.to_owned(),
        nonce: STANDARD.encode(nonce),
    };
    let header = serde_json::to_string(&header).map_err(|_| FileError::Unsealable)?;
    let mut text = format!("{MAGIC}{FORMAT}\n{header}\n").into_bytes();
    let key = passphrase::key(passphrase, &salt, cost).ok_or(FileError::Unsealable)?;
    let payload = Payload {
        msg: plain.expose_secret(),
        aad: &text,
    };
    let sealed = XChaCha20Poly1305::new(key.expose_secret().into())
        .encrypt(XNonce::from_slice(&nonce), payload)
        .map_err(|_| FileError::Unsealable)?;
    for line in STANDARD.encode(sealed).as_bytes().chunks(WIDTH) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    let digest = digest_line(&text);
    text.extend_from_slice(digest.as_bytes());
    text.push(b'\n');
    if text.len() > LONGEST {
        return Err(FileError::TooLarge);
    }
    Ok(text)
}

/// What a file holds.
///
/// # Errors
///
/// All but [`FileError::Unsealable`].
pub fn open(file: &[u8], passphrase: &SecretString) -> Result<SecretSlice<u8>, FileError> {
    if file.len() > LONGEST {
        return Err(FileError::TooLarge);
    }
    let file = as_written(file);
    let read = read(&file)?;
    let cost = read.header.cost;
    if !cost.is_bearable() {
        return Err(FileError::UnknownSeal);
    }
    let key = passphrase::key(passphrase, &read.salt, cost).ok_or(FileError::UnknownSeal)?;
    let payload = Payload {
        msg: &read.sealed,
        aad: read.associated,
    };
    let plain = XChaCha20Poly1305::new(key.expose_secret().into())
        .decrypt(XNonce::from_slice(&read.nonce), payload)
        .map_err(|_| FileError::WrongPassphrase)?;
    Ok(SecretSlice::from(plain))
}

/// A file as it stands there, not yet opened.
struct Read<'a> {
    associated: &'a [u8],
    header: Header,
    salt: Vec<u8>,
    nonce: [u8; NONCE_BYTES],
    sealed: Vec<u8>,
}

fn read(file: &[u8]) -> Result<Read<'_>, FileError> {
    let (first, rest) = line(file).unwrap_or((file, b""));
    let format = first.strip_prefix(MAGIC.as_bytes());
    let format = format.ok_or(FileError::Foreign)?;
    let format = std::str::from_utf8(format).map_err(|_| FileError::Damaged)?;
    let number: u32 = format.parse().map_err(|_| FileError::Damaged)?;
    if number == 0 || number.to_string() != format {
        return Err(FileError::Damaged);
    }
    if number > FORMAT {
        return Err(FileError::Newer(number));
    }
    let (second, rest) = line(rest).ok_or(FileError::Damaged)?;
    let associated = &file[..file.len() - rest.len()];
    let body = undamaged(file)?;
    let text = body
        .get(associated.len()..)
        .ok_or(FileError::Damaged)?
        .iter();
    let text: Vec<u8> = text.copied().filter(|byte| *byte != b'\n').collect();
    // The digest fits: whatever stands there now was written so.
    let unknown = |_| FileError::UnknownSeal;
    let header: Header = serde_json::from_slice(second).map_err(|_| FileError::UnknownSeal)?;
    if header.kdf != KDF || header.cipher != CIPHER {
        return Err(FileError::UnknownSeal);
    }
    let nonce = STANDARD.decode(&header.nonce).map_err(unknown)?;
    Ok(Read {
        associated,
        salt: STANDARD.decode(&header.salt).map_err(unknown)?,
        nonce: nonce.try_into().map_err(|_| FileError::UnknownSeal)?,
        sealed: STANDARD.decode(text).map_err(unknown)?,
        header,
    })
}

/// The lines with the ends that were written.
fn as_written(file: &[u8]) -> Cow<'_, [u8]> {
    let text = file.trim_ascii_end();
    if !file.contains(&b'\r') && file.len() == text.len() + 1 {
        return Cow::Borrowed(file);
    }
    let kept = text.iter().filter(|byte| **byte != b'\r');
    Cow::Owned(kept.copied().chain([b'\n']).collect())
}

/// All but the last line, if that has the digest of the rest.
fn undamaged(file: &[u8]) -> Result<&[u8], FileError> {
    let whole = file.strip_suffix(b"\n").ok_or(FileError::Damaged)?;
    let before = whole.iter().rposition(|byte| *byte == b'\n');
    let before = before.map(|end| end + 1).ok_or(FileError::Damaged)?;
    let (body, last) = whole.split_at(before);
    match digest_line(body).as_bytes() == last {
        true => Ok(body),
        false => Err(FileError::Damaged),
    }
}

fn digest_line(body: &[u8]) -> String {
    format!("{DIGEST}{:x}", Sha256::digest(body))
}

/// The first line without its end, and what comes after it.
fn line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    Some((&text[..end], &text[end + 1..]))
}
