//! What will do as an email and as a password.

use url::Host;

use crate::owner::{BadId, MAX_ID_CHARS, check_id};

/// Shortest password, in characters.
pub const SHORTEST_PASSWORD: usize = 12;
/// Longest password, in characters. Long enough for any sentence, and short enough that its hash takes no longer than others.
pub const LONGEST_PASSWORD: usize = 256;
/// How hard a password must be to guess: 3 of 4, which holds where somebody has the hashes and much time.
const STRONG: zxcvbn::Score = zxcvbn::Score::Three;
/// Of a longer password no more than its beginning is judged: what was hard to guess stays so.
const JUDGED: usize = 72;

/// Why an email will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEmail {
    /// It cannot be an id.
    #[error(transparent)]
    Id(#[from] BadId),
    /// It is not written as one.
    #[error("is not an email address; write it like name@example.com")]
    Shape,
}

/// Why a password will not do. The texts say what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Too few characters.
    #[error(
        "is shorter than {SHORTEST_PASSWORD} characters; a few words that do not belong together will do"
    )]
    TooShort,
    /// Too many characters.
    #[error("is longer than {LONGEST_PASSWORD} characters")]
    TooLong,
    /// It is known, or made of what is known.
    #[error("is easy to guess{}; a few words that do not belong together will do", because(.0))]
    Weak(Option<&'static str>),
}

fn because(why: &Option<&'static str>) -> String {
    why.map_or_else(String::new, |why| format!(" ({why})"))
}

/// An email as it is kept, which is also the user's id: in lower case and in ASCII, so that there is one way to write it, and
/// none that looks like somebody else's.
pub fn check_email(typed: &str) -> Result<String, BadEmail> {
    let email = check_id(typed)?;
    let (local, domain) = email.rsplit_once('@').ok_or(BadEmail::Shape)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    if local.is_empty() || !local.chars().all(fits) {
        return Err(BadEmail::Shape);
    }
    // A dot at the end names the same domain.
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let Ok(Host::Domain(domain)) = Host::parse(domain) else {
        return Err(BadEmail::Shape);
    };
    if domain.split('.').any(str::is_empty) {
        return Err(BadEmail::Shape);
    }
    let email = format!("{}@{domain}", local.to_ascii_lowercase());
    if email.chars().count() > MAX_ID_CHARS {
        return Err(BadId::TooLong.into());
    }
    Ok(email)
}

/// Whether a password will do for somebody, of whom `about` is known to others: their email, their org.
pub fn check_password(password: &str, about: &[&str]) -> Result<(), BadPassword> {
    match password.chars().count() {
        n if n < SHORTEST_PASSWORD => return Err(BadPassword::TooShort),
        n if n > LONGEST_PASSWORD => return Err(BadPassword::TooLong),
        _ => {}
    }
    let beginning: String = password.chars().take(JUDGED).collect();
    let words: Vec<String> = about.iter().flat_map(|text| words_in(text)).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.push("patchbay");
    let judged = zxcvbn::zxcvbn(&beginning, &words);
    if judged.score() >= STRONG {
        return Ok(());
    }
    let warning = judged.feedback().and_then(|feedback| feedback.warning());
    Err(BadPassword::Weak(warning.and_then(words_of)))
}

/// What somebody would try who knows this of a person: its words, and what stands before the `@` as one.
fn words_in(text: &str) -> Vec<String> {
    let (name, _) = text.split_once('@').unwrap_or((text, ""));
    let name = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let parts = text.split(|c: char| !c.is_alphanumeric());
    let words = parts.map(str::to_owned).chain([name, text.to_owned()]);
    words.filter(|word| word.chars().count() > 2).collect()
}

/// What is wrong, in our words.
fn words_of(warning: zxcvbn::feedback::Warning) -> Option<&'static str> {
    use zxcvbn::feedback::Warning as W;
    Some(match warning {
        W::StraightRowsOfKeysAreEasyToGuess | W::ShortKeyboardPatternsAreEasyToGuess => {
            "it follows the keyboard"
        }
        W::RepeatsLikeAaaAreEasyToGuess | W::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            "it repeats itself"
        }
        W::SequencesLikeAbcAreEasyToGuess => "it is a sequence",
        W::RecentYearsAreEasyToGuess | W::DatesAreOftenEasyToGuess => "it is a date",
        W::ThisIsATop10Password
        | W::ThisIsATop100Password
        | W::ThisIsACommonPassword
        | W::ThisIsSimilarToACommonlyUsedPassword => "many people use one like it",
        W::AWordByItselfIsEasyToGuess => "it is a word",
        W::NamesAndSurnamesByThemselvesAreEasyToGuess | W::CommonNamesAndSurnamesAreEasyToGuess => {
            "it is a name"
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn there_is_one_way_to_write_an_email() {
        for (typed, kept) in [
            ("ada@example.com", "ada@example.com"),
            ("  Ada.Lovelace@Example.COM ", "ada.lovelace@example.com"),
            ("ada+sync@localhost", "ada+sync@localhost"),
            ("zoe@bücher.example", "zoe@xn--bcher-kva.example"),
            ("ada@example.com.", "ada@example.com"),
        ] {
            assert_eq!(check_email(typed).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn what_is_no_email_is_refused() {
        for typed in [
            "ada",
            "@example.com",
            "ada@",
            "a b@example.com",
            "ada@exa mple.com",
            "ada@bob@example.com",
            "<ada@example.com>",
            "zoë@example.com",
            "ro\u{200b}ot@example.com",
            "\u{202e}root@example.com",
            "rо\u{43e}t@example.com",
            "ｒｏｏｔ@example.com",
            "ada@127.0.0.1",
            "ada@[::1]",
            "ada@example.com/x",
            "ada@.",
            "ada@example..com",
            "ada@example.com..",
        ] {
            assert_eq!(check_email(typed), Err(BadEmail::Shape), "{typed}");
        }
        assert_eq!(check_email(" "), Err(BadId::Empty.into()));
        assert_eq!(check_email("a\n@example.com"), Err(BadId::Control.into()));
        let long = format!("{}@example.com", "a".repeat(120));
        assert_eq!(check_email(&long), Err(BadId::TooLong.into()));
    }

    #[test]
    fn passwords_that_somebody_would_guess_are_refused() {
        let about = ["ada.lovelace@example.com", "Analytical"];
        for password in [
            "password1234",
            "qwertyuiop12",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "adalovelace1",
            "analytical12",
            "patchbay1234",
            "letmeinletmein",
        ] {
            let judged = check_password(password, &about);
            assert!(matches!(judged, Err(BadPassword::Weak(_))), "{password}");
        }
        let short = check_password("Xk9$vQ2!pL7", &about);
        assert_eq!(short, Err(BadPassword::TooShort));
        let long = check_password(&"ab 3!".repeat(52), &about);
        assert_eq!(long, Err(BadPassword::TooLong));
    }

    #[test]
    fn a_few_words_will_do_in_any_script() {
        for password in [
            "correct horse battery staple",
            "teal cord under the lamp",
            "пыльный медный провод",
            "Xk9$vQ2!pL7w",
            &"many words of a long tale ".repeat(9),
        ] {
            assert_eq!(check_password(password, &[]), Ok(()), "{password}");
        }
    }

    proptest! {
        #[test]
        fn an_email_that_is_kept_is_kept_as_it_is(typed in "[!-~é]{1,6}@[a-zA-Zäß.-]{1,12}") {
            if let Ok(kept) = check_email(&typed) {
                prop_assert_eq!(check_email(&kept), Ok(kept));
            }
        }
    }
}
