//! A Cluster takes no operation over two slots. Every kind of Redis is held to that where assertions are on, by the keys
//! that are named, so that any test of an operation shows it, not only one on a Cluster.

use redis::{Arg, Cmd};

/// Whether commands that belong together stay in one slot: each script, and all of a pipeline. A single `MGET` or `UNLINK`
/// may have keys of many, since it is sent to each of their nodes.
pub(super) fn are_one<'a>(commands: impl IntoIterator<Item = &'a Cmd>) -> bool {
    let mut tags = commands.into_iter().flat_map(keys).map(tag);
    let first = tags.next();
    tags.all(|tag| Some(tag) == first)
}

/// The keys that say where a command goes.
fn keys(command: &Cmd) -> Vec<&[u8]> {
    let arguments = command.args_iter().filter_map(|argument| match argument {
        Arg::Simple(bytes) => Some(bytes),
        _ => None,
    });
    let arguments: Vec<&[u8]> = arguments.collect();
    match arguments.as_slice() {
        [b"EVAL" | b"EVALSHA", _, number, keys @ ..] => {
            let number = std::str::from_utf8(number).ok();
            let number = number.and_then(|number| number.parse().ok());
            keys.iter().copied().take(number.unwrap_or(0)).collect()
        }
        [_, key, ..] if key.starts_with(b"pb:") => vec![key],
        _ => Vec::new(),
    }
}

/// What decides of a key: what stands in its first braces, or all of it.
fn tag(key: &[u8]) -> &[u8] {
    let inner = || {
        let from = key.iter().position(|byte| *byte == b'{')? + 1;
        let length = key[from..].iter().position(|byte| *byte == b'}')?;
        (length > 0).then(|| &key[from..from + length])
    };
    inner().unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(key: &str) -> Cmd {
        let mut command = redis::cmd("GET");
        command.arg(key);
        command
    }

    fn script(keys: &[&str], argument: &str) -> Cmd {
        let mut command = redis::cmd("EVALSHA");
        command.arg("0123").arg(keys.len()).arg(keys).arg(argument);
        command
    }

    #[test]
    fn what_belongs_together_has_one_tag() {
        assert!(are_one(&[
            get("pb:{a.b}:x"),
            get("pb:{a.b}:y"),
            redis::cmd("EXEC")
        ]));
        assert!(!are_one(&[get("pb:{a.b}:x"), get("pb:{a.c}:x")]));
        assert!(!are_one(&[get("pb:x"), get("pb:y")]));
        assert!(!are_one(&[get("pb:{}x"), get("pb:{}y")]));
    }

    #[test]
    fn of_a_script_its_keys_count_and_not_its_arguments() {
        assert!(are_one(&[script(&["pb:{a.b}:x", "pb:{a.b}:y"], "pb:z")]));
        assert!(!are_one(&[script(&["pb:{a.b}:x", "pb:y"], "pb:z")]));
    }
}
