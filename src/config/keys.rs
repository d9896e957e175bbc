use std::path::Path;

use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::{SecretBox, SecretString};

use super::key_file::{is_stored, stored};
use super::parse::{Invalid, Parsed, elements};
use super::problem::{Problem, Problems};
use super::reader::Reader;
use super::{Redis, RedisTarget};

const ENCRYPTION: &str = "PATCHBAY_ENCRYPTION_KEYS";
const SESSION: &str = "PATCHBAY_SESSION_KEY";

/// Standard base64 as people have it: with or without the = at the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The keys as they were given. What is missing is filled in by [`Keys::ensure`].
#[derive(Debug)]
pub struct Keys {
    /// The first encrypts, all decrypt. Never empty when present; no id twice.
    pub encryption: Option<Vec<EncryptionKey>>,
    /// Signs cookies.
    pub session: Option<SecretBox<[u8; 64]>>,
}

/// One key of the ring.
#[derive(Debug)]
pub struct EncryptionKey {
    /// 1 to 32 letters, digits, `-`, `_` or `.`; written into every record that this key seals.
    pub id: String,
    pub secret: SecretBox<[u8; 32]>,
}

/// New keys in the form in which they are configured.
#[derive(Debug)]
pub struct GeneratedKeys {
    /// For `PATCHBAY_ENCRYPTION_KEYS`: one key, `id:base64`.
    pub encryption_keys: SecretString,
    /// For `PATCHBAY_SESSION_KEY`: base64.
    pub session_key: SecretString,
}

impl GeneratedKeys {
    /// Makes one key of each kind; `random` fills a slice from a cryptographic source. The key's id is
    /// random too, so that keys made at different times can stand in one ring.
    #[must_use]
    pub fn new(random: &mut dyn FnMut(&mut [u8])) -> GeneratedKeys {
        let mut id = [0; 4];
        let mut encryption = [0; 32];
        let mut session = [0; 64];
        random(&mut id);
        random(&mut encryption);
        random(&mut session);
        let id = u32::from_be_bytes(id);
        let encryption = BASE64.encode(encryption);
        GeneratedKeys {
            encryption_keys: SecretString::from(format!("k{id:08x}:{encryption}")),
            session_key: SecretString::from(BASE64.encode(session)),
        }
    }
}

impl Keys {
    pub(super) fn read(reader: &mut Reader) -> Keys {
        Keys {
            encryption: reader.optional(ENCRYPTION, parse_ring),
            session: reader.optional(SESSION, parse_session),
        }
    }

    /// With an outside Redis nothing is generated: each replica would make keys of its own.
    pub(super) fn check(&self, reader: &mut Reader, redis: &Redis) {
        let outside = !matches!(redis.target, RedisTarget::Embedded) || reader.given("REDIS_URL");
        for name in [ENCRYPTION, SESSION] {
            if outside && !reader.given(name) {
                reader.problems.push(missing(name));
            }
        }
    }

    /// Whether [`Keys::ensure`] would make keys, where that may be.
    #[must_use]
    pub fn would_be_made(&self, data_dir: &Path) -> bool {
        let missing = self.encryption.is_none() || self.session.is_none();
        missing && !is_stored(data_dir)
    }

    /// Fills in what is missing from `keys.toml` in the data folder, which is made at the first call and
    /// never changed afterwards. Touches no file when nothing is missing. `random` fills a slice from a
    /// cryptographic source.
    ///
    /// # Errors
    ///
    /// Keys are missing and the Redis is not the embedded one; the file cannot be made, or cannot be used
    /// as it is.
    pub fn ensure(
        &mut self,
        data_dir: &Path,
        embedded: bool,
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), Problems> {
        if !embedded {
            let absent = [
                (ENCRYPTION, self.encryption.is_none()),
                (SESSION, self.session.is_none()),
            ];
            let problems: Vec<_> = absent
                .into_iter()
                .filter(|(_, absent)| *absent)
                .map(|(name, _)| missing(name))
                .collect();
            return if problems.is_empty() {
                Ok(())
            } else {
                Err(Problems(problems))
            };
        }
        if self.encryption.is_some() && self.session.is_some() {
            return Ok(());
        }
        let (encryption, session) = stored(data_dir, random).map_err(Problems::one)?;
        self.encryption.get_or_insert(encryption);
        self.session.get_or_insert(session);
        Ok(())
    }
}

fn missing(name: &str) -> Problem {
    Problem::new(
        name,
        "is not set, and keys are only generated for the embedded Redis",
        "run `patchbay keys generate` and set what it prints",
    )
}

pub(super) fn parse_ring(text: &str) -> Parsed<Vec<EncryptionKey>> {
    let possible =
        "write id:base64 of 32 bytes, several with commas; `patchbay keys generate` makes one";
    let mut ring: Vec<EncryptionKey> = Vec::new();
    for (index, element) in elements(text, ',').enumerate() {
        let number = index + 1;
        let invalid =
            |wrong: &str| Invalid::new(format!("is refused: key {number} {wrong}"), possible);
        let (id, secret) = element
            .split_once(':')
            .ok_or_else(|| invalid("has no id before a colon"))?;
        if !is_id(id) {
            return Err(invalid(
                "has an id that is not 1 to 32 letters, digits, -, _ or .",
            ));
        }
        if ring.iter().any(|key| key.id == id) {
            return Err(invalid("has the id of an earlier one"));
        }
        let secret = decode(secret).ok_or_else(|| invalid("is not base64 of 32 bytes"))?;
        ring.push(EncryptionKey {
            id: id.to_owned(),
            secret,
        });
    }
    if ring.is_empty() {
        return Err(Invalid::new("holds no key", possible));
    }
    Ok(ring)
}

fn is_id(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    (1..=32).contains(&text.len()) && text.chars().all(allowed)
}

pub(super) fn parse_session(text: &str) -> Parsed<SecretBox<[u8; 64]>> {
    decode(text).ok_or_else(|| {
        Invalid::new(
            "is not base64 of 64 bytes",
            "let `patchbay keys generate` make one",
        )
    })
}

/// Line breaks inside count for nothing, because `openssl rand -base64 64` breaks its lines.
fn decode<const LENGTH: usize>(text: &str) -> Option<SecretBox<[u8; LENGTH]>> {
    let text: String = text.split_whitespace().collect();
    let bytes = BASE64.decode(text).ok()?;
    Some(SecretBox::new(Box::new(bytes.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn counting() -> impl FnMut(&mut [u8]) {
        let mut next = 0_u8;
        move |bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(1);
            }
        }
    }

    fn none() -> Keys {
        Keys {
            encryption: None,
            session: None,
        }
    }

    #[test]
    fn given_keys_win_and_touch_no_file() {
        let parent = tempfile::tempdir().unwrap();
        let data = parent.path().join("data");
        let made = GeneratedKeys::new(&mut counting());
        let mut keys = Keys {
            encryption: Some(parse_ring(made.encryption_keys.expose_secret()).unwrap()),
            session: Some(parse_session(made.session_key.expose_secret()).unwrap()),
        };
        keys.ensure(&data, true, &mut counting()).unwrap();
        keys.ensure(&data, false, &mut counting()).unwrap();
        assert!(!data.exists());

        keys.session = None;
        keys.ensure(&data, true, &mut |bytes| bytes.fill(7))
            .unwrap();
        assert_eq!(keys.encryption.as_ref().unwrap()[0].id, "k00010203");
        assert_eq!(keys.session.unwrap().expose_secret(), &[7; 64]);
    }

    #[test]
    fn an_outside_redis_wants_given_keys() {
        let data = tempfile::tempdir().unwrap();
        let problems = none()
            .ensure(data.path(), false, &mut counting())
            .unwrap_err();
        assert_eq!(problems.0.len(), 2);
        assert!(problems.to_string().contains("`patchbay keys generate`"));
    }

    #[test]
    fn rings_are_read_and_refused() {
        let key = BASE64.encode([1; 32]);
        let ring = parse_ring(&format!("new:{key}, old.1:{}", key.trim_end_matches('='))).unwrap();
        assert_eq!(ring.len(), 2);
        assert_eq!(ring[1].id, "old.1");

        let short = BASE64.encode([1; 31]);
        for text in [
            ",".to_owned(),
            key.clone(),
            format!(":{key}"),
            format!("a b:{key}"),
            format!("a:{short}"),
            format!("a:{key},a:{key}"),
            "a:not base64!".to_owned(),
        ] {
            let invalid = parse_ring(&text).unwrap_err();
            assert!(!invalid.wrong.contains(&key), "{}", invalid.wrong);
        }
    }

    #[test]
    fn a_session_key_may_be_broken_into_lines() {
        let text = BASE64.encode([9; 64]);
        let (first, second) = text.split_at(64);
        let key = parse_session(&format!("{first}\n{second}")).unwrap();
        assert_eq!(key.expose_secret(), &[9; 64]);
        assert!(parse_session(&BASE64.encode([9; 32])).is_err());
    }

    #[test]
    fn debug_shows_no_key() {
        let keys = Keys {
            encryption: Some(parse_ring(&format!("a:{}", BASE64.encode([1; 32]))).unwrap()),
            session: Some(SecretBox::new(Box::new([1; 64]))),
        };
        let seen = format!("{keys:?} {:?}", GeneratedKeys::new(&mut counting()));
        assert!(!seen.contains("1, 1") && !seen.contains("AQEB") && !seen.contains("BAUG"));
    }
}
