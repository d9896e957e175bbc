//! Whatever is typed: no panic, no riddle, no secret quoted.

use super::*;

/// Texts that come near to what the parsers take.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9]{1,22} ?[a-zµ]{0,7}",
        "(auto|off|[0-9]{0,12}/[0-9]{0,21}(s|ms|years)?)",
        "(redis|rediss|unix|redis-cluster|redis-sentinel|https?)(:|://)[a-z:@/,?#%\\[\\]0-9]{0,20}",
        "[0-9a-f.:]{0,20}/[0-9]{0,4}",
        "[a-z]{1,3}:[A-Za-z0-9+/=,:]{0,60}",
    ]
}

/// A setting of any kind.
fn setting() -> impl Strategy<Value = Setting> {
    prop::sample::select(settings(PROVIDERS))
}

fn secret_setting() -> impl Strategy<Value = Setting> {
    let mut settings = settings(PROVIDERS);
    settings.retain(Setting::is_secret);
    prop::sample::select(settings)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_text_panics_or_stays_unexplained(setting in setting(), text in text()) {
        let sources = sources("", &[(&setting.env, &text)]);
        if let Err(problems) = Config::load(&sources, PROVIDERS) {
            prop_assert!(!problems.0.is_empty());
        }
        for line in report(&sources, PROVIDERS, &[]).text.lines() {
            prop_assert!(!line.contains(char::is_control), "{line:?}");
        }
    }

    #[test]
    fn no_file_panics(file in any::<String>(), key in setting(), value in text()) {
        let (section, key) = key.key.split_once('.').unwrap();
        for file in [file, format!("[{section}]\n{key} = {value}"), format!("[{section}]\n{key} = {value:?}")] {
            let _ = report(&sources(&file, &[]), PROVIDERS, &[]);
        }
    }

    #[test]
    fn a_refused_secret_is_never_quoted(setting in secret_setting(), noise in text()) {
        for text in [format!("{noise}pa55word"), format!("redis://u:pa55word{noise}@h")] {
            // A host is no secret, and cannot be told from a password that lost its @.
            let is_host = setting.kind == Kind::SecretUrl && text.ends_with("pa55word");
            let report = report(&sources("", &[(&setting.env, &text)]), PROVIDERS, &[]);
            prop_assert!(is_host || !report.text.contains("pa55word"), "{report}");
        }
    }
}
