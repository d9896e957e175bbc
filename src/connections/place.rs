//! Where a person goes on after they were at a provider: pages of that provider alone.

/// Longest place, in bytes; a list of names and a search are in it.
const LONGEST: usize = 8_000;

/// The place that was asked for, where it is a page of this provider here; else the connection's page.
pub(super) fn way_back(provider: &str, asked: Option<&str>) -> String {
    let home = format!("/connections/{provider}");
    match asked {
        Some(place) if is_below(&home, place) => place.to_owned(),
        _ => home,
    }
}

/// A browser reads `\` as `/`, drops tabs and line ends, and goes up at `..`, however that is written: a path that
/// holds any of them is not taken.
fn is_below(home: &str, place: &str) -> bool {
    let (path, query) = place.split_once('?').unwrap_or((place, ""));
    let odd = |c: char| !c.is_ascii_graphic() || matches!(c, '\\' | '#');
    let goes_up = |segment: &str| {
        let segment = segment.to_ascii_lowercase().replace("%2e", ".");
        matches!(segment.as_str(), "." | "..")
    };
    let below = path
        .strip_prefix(home)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    below
        && place.len() <= LONGEST
        && !path.contains("//")
        && !path.chars().any(odd)
        && !query.chars().any(odd)
        && !path.split('/').any(goes_up)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    #[test]
    fn pages_of_the_provider_are_come_back_to() {
        for place in [
            "/connections/sample",
            "/connections/sample/contacts",
            "/connections/sample/contacts/51?q=ada%20l&more=city",
            "/connections/sample/contacts/a%2Fb",
        ] {
            assert_eq!(way_back("sample", Some(place)), place);
        }
    }

    #[test]
    fn nowhere_else_is_gone_to() {
        for place in [
            "",
            "/",
            "/sign-in",
            "/connections/other",
            "/connections/sample2",
            "connections/sample",
            "//evil.example.com",
            "/\\evil.example.com",
            "https://evil.example.com/connections/sample",
            "javascript:alert(1)",
            "/connections/sample/../other",
            "/connections/sample/%2e%2E/other",
            "/connections/sample/..",
            "/connections/sample//evil",
            "/connections/sample\\..\\..",
            "/connections/sample\n",
            "/connections/sample#x",
            " /connections/sample",
        ] {
            assert_eq!(
                way_back("sample", Some(place)),
                "/connections/sample",
                "{place:?}"
            );
        }
        assert_eq!(way_back("sample", None), "/connections/sample");
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_a_browser_stays_at_the_provider(
            asked in "(/connections/sample)?[-/.\\\\?#%2eE:@a-z\\t\\n]{0,24}"
        ) {
            let home = Url::parse("https://patchbay.example.com").expect("a URL");
            let place = way_back("sample", Some(&asked));
            let url = home.join(&place).expect("a place");
            prop_assert_eq!(url.origin(), home.origin());
            let below = url.path() == "/connections/sample" || url.path().starts_with("/connections/sample/");
            prop_assert!(below, "{}", url);
        }
    }
}
