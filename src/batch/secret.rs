//! What nobody may read in a log, a report or a list of processes.

use std::env;
use std::process::Command;

/// Variables in which the programs of forges look for a token.
const TOKENS: [&str; 11] = [
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "CI_JOB_TOKEN",
    "GH_ENTERPRISE_TOKEN",
    "GH_TOKEN",
    "GITHUB_ENTERPRISE_TOKEN",
    "GITHUB_TOKEN",
    "GITLAB_ACCESS_TOKEN",
    "GITLAB_TOKEN",
    "GLAB_TOKEN",
    "OAUTH_TOKEN",
];

/// What stands where a secret stood.
const GONE: &str = "***";

/// A shorter value would be found in other words.
const SHORTEST: usize = 6;

/// Takes tokens away from a program that needs none: the tests of a repository are a stranger's.
pub(super) fn withhold(command: &mut Command) {
    TOKENS.iter().for_each(|name| {
        command.env_remove(name);
    });
}

/// Returns a text without the tokens of this program's environment, and without what stands before the `@` of a URL.
pub(super) fn without(text: &str) -> String {
    let tokens = TOKENS.iter().filter_map(|name| env::var(name).ok());
    let tokens: Vec<String> = tokens.filter(|token| token.len() >= SHORTEST).collect();
    without_any(text, &tokens)
}

fn without_any(text: &str, tokens: &[String]) -> String {
    let mut text = text.to_owned();
    for token in tokens {
        text = text.replace(token, GONE);
    }
    let mut parts = text.split("://");
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        left.push_str("://");
        let is_end = |c: char| c == '/' || c.is_whitespace() || matches!(c, '\'' | '"');
        let (authority, rest) = part.split_at(part.find(is_end).unwrap_or(part.len()));
        // `git@host` is a user that everybody knows.
        left.push_str(match authority.rsplit_once('@') {
            Some((user, host)) if user.contains(':') || user.len() >= SHORTEST => host,
            _ => authority,
        });
        left.push_str(rest);
    }
    left
}

/// Returns a URL as it may be told.
pub(super) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    match authority.rsplit_once('@') {
        Some((user, host)) if scheme.starts_with("http") || user.contains(':') => {
            format!("{scheme}://{host}/{path}")
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_users_are_left_out() {
        let tokens = ["s3cr3t-1".to_owned()];
        for (text, expected) in [
            (
                "unable to access 'https://ada:pw@h/r/': no",
                "unable to access 'https://h/r/': no",
            ),
            (
                "https://x-access-token@h/r and ssh://git@h/r",
                "https://h/r and ssh://git@h/r",
            ),
            ("fatal: s3cr3t-1 is bad", "fatal: *** is bad"),
            ("a@b, see https://h/a@b", "a@b, see https://h/a@b"),
        ] {
            assert_eq!(without_any(text, &tokens), expected);
        }
    }

    #[test]
    fn a_password_is_found_in_a_url() {
        for url in ["https://ada:secret@h/r", "https://secret@h/r"] {
            assert_eq!(without_password(url), "https://h/r");
        }
        for url in ["ssh://git@h/r", "git@h:r", "https://h/a@b"] {
            assert_eq!(without_password(url), url);
        }
    }
}
