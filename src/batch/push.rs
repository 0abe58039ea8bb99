//! A branch → the same at the remote, and a pull request where that is asked for.

use std::path::Path;

use super::campaign::PullRequest;
use super::commits::{Commit, commits};
use super::error::RepositoryError;
use super::forge::{Proposal, forge_of};
use super::home::Home;
use super::member::Member;
use super::record::MemberState;
use super::secret::without_password;
use super::state::StateError;
use super::watch::Watch;

/// The title of a pull request with several commits, where nobody gives another.
const TITLE: &str = "Apply recipes of awaitify";

/// Its text.
const BODY: &str = "{commits}";

/// Pushes the branch as it is now, unless the remote has it; `store` keeps what is known before the remote gets it.
///
/// # Errors
/// The branch is gone or was rewritten, or the remote does not answer, refuses, or has other commits.
pub(super) fn push(
    home: &Home<'_>,
    known: &mut MemberState,
    store: impl Fn(&MemberState) -> Result<(), StateError>,
) -> Result<(), RepositoryError> {
    let branch = known.branch.clone();
    let name = format!("refs/heads/{branch}");
    home.remote()?;
    let head = head(home, known)?;
    known.head = Some(head.clone());
    let listed = home.git.ask(&["ls-remote", "origin", &name])?;
    let there = listed.split_whitespace().next().map(str::to_owned);
    if there.as_ref() == Some(&head) {
        known.pushed = Some(head);
        return Ok(());
    }
    if let Some(there) = &there {
        // Somebody added commits to what was pushed.
        if is_within(home, &head, there)? {
            known.pushed = Some(head);
            return Ok(());
        }
        check_replaceable(home, known, there, &head)?;
    }
    known.sent.retain(|sent| *sent != head);
    known.sent.push(head.clone());
    store(known)?;
    let lease = format!("--force-with-lease={name}:{}", there.unwrap_or_default());
    let what = format!("{head}:{name}");
    let quietly = ["push", "--quiet", "--no-verify", "--no-follow-tags"];
    let words = ["--recurse-submodules=no", &lease, "origin", &what];
    home.git.ask(&[&quietly[..], &words].concat())?;
    known.pushed = Some(head);
    Ok(())
}

/// What the remote has may go only if the campaign made it, or has it.
fn check_replaceable(
    home: &Home<'_>,
    known: &MemberState,
    there: &str,
    head: &str,
) -> Result<(), RepositoryError> {
    let mut made = known.own.iter().chain(&known.sent);
    if made.any(|made| made == there) || is_within(home, there, head)? {
        return Ok(());
    }
    let branch = known.branch.clone();
    Err(match home.is_clone {
        true => RepositoryError::Behind { branch },
        false => RepositoryError::Unpulled { branch },
    })
}

/// Returns what is pushed: the campaign's commits, and those that somebody added to them.
fn head(home: &Home<'_>, known: &MemberState) -> Result<String, RepositoryError> {
    let branch = known.branch.clone();
    let Some(head) = home.commit(&format!("refs/heads/{branch}"))? else {
        return Err(RepositoryError::Deleted { branch });
    };
    let is_own = |tip: &String| is_within(home, tip, &head);
    if !known.tip.as_ref().map_or(Ok(false), is_own)? {
        return Err(RepositoryError::Rewritten { branch });
    }
    if let Some(base) = known.base.as_ref().filter(|_| !home.is_clone) {
        let words = ["for-each-ref", "--count=1", "--contains", base];
        let words = [&words[..], &["refs/remotes/origin"]].concat();
        if home.git.ask(&words)?.is_empty() {
            return Err(RepositoryError::Unpublished);
        }
    }
    Ok(head)
}

fn is_within(home: &Home<'_>, one: &str, other: &str) -> Result<bool, RepositoryError> {
    let words = ["merge-base", "--is-ancestor", one, other];
    Ok(home.git.find(&words)?.is_some())
}

/// Opens a pull request for a branch that was pushed, unless there is one.
///
/// # Errors
/// Nobody knows who keeps the repository, or its forge refuses.
pub(super) fn propose(
    home: &Home<'_>,
    member: &Member,
    request: &PullRequest,
    known: &mut MemberState,
    (folder, watch): (&Path, &Watch<'_>),
) -> Result<(), RepositoryError> {
    let (Some(base), Some(head)) = (known.base.clone(), known.head.clone()) else {
        return Ok(());
    };
    let url = without_password(&home.remote()?);
    let forge = request.forge.or_else(|| forge_of(&url));
    let forge = forge.ok_or_else(|| RepositoryError::NoForge { url: url.clone() })?;
    let [title, body] = texts(request, known, &commits(&home.git, &base, &head)?);
    let target = match &member.reference {
        Some(name) => home
            .commit(&format!("refs/remotes/origin/{name}"))?
            .map(|_| &**name),
        None => None,
    };
    let proposal = Proposal {
        url: &url,
        branch: &known.branch,
        target,
        title,
        body,
        is_draft: request.is_draft,
        reviewers: &request.reviewers,
    };
    known.pull_request = Some(proposal.open(forge, folder, watch)?);
    Ok(())
}

/// Returns the title and the text of a pull request.
fn texts(request: &PullRequest, known: &MemberState, all: &[Commit]) -> [String; 2] {
    let title = request.title.as_deref().unwrap_or(match all {
        [one] => &one.subject,
        _ => TITLE,
    });
    let body = request.body.as_deref().unwrap_or(BODY);
    [title, body].map(|text| {
        text.replace("\\n", "\n")
            .replace("{branch}", &known.branch)
            .replace("{changes}", &known.changes.to_string())
            .replace("{commits}", &told(all))
    })
}

/// Returns commits as a text of Markdown.
fn told(all: &[Commit]) -> String {
    let told = |commit: &Commit| format!("### {}\n\n{}\n", commit.subject, commit.body);
    let all: Vec<String> = all.iter().map(told).collect();
    all.join("\n")
}
