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
use super::watch::Watch;

/// The title of a pull request with several commits, where nobody gives another.
const TITLE: &str = "Apply recipes of awaitify";

/// Its text.
const BODY: &str = "{commits}";

/// Pushes the branch, unless the remote has it.
///
/// # Errors
/// The remote does not answer, refuses, or has other commits.
pub(super) fn push(home: &Home<'_>, known: &mut MemberState) -> Result<(), RepositoryError> {
    let Some(head) = known.head.clone() else {
        return Ok(());
    };
    home.remote()?;
    let name = format!("refs/heads/{}", known.branch);
    let listed = home.git.ask(&["ls-remote", "origin", &name])?;
    let there = listed.split_whitespace().next().map(str::to_owned);
    if there.as_ref() == Some(&head) {
        known.pushed = Some(head);
        return Ok(());
    }
    if let Some(there) = &there {
        let is_within = |one: &str, other: &str| {
            let words = ["merge-base", "--is-ancestor", one, other];
            home.git.find(&words).map(|found| found.is_some())
        };
        // Somebody added commits to what was pushed.
        if is_within(&head, there)? {
            known.pushed = Some(head);
            return Ok(());
        }
        if known.pushed.as_ref() != Some(there) && !is_within(there, &head)? {
            let branch = known.branch.clone();
            return Err(match home.is_clone {
                true => RepositoryError::Behind { branch },
                false => RepositoryError::Unpulled { branch },
            });
        }
    }
    let lease = format!("--force-with-lease={name}:{}", there.unwrap_or_default());
    let what = format!("{head}:{name}");
    let words = ["push", "--quiet", "--no-verify", &lease, "origin", &what];
    home.git.ask(&words)?;
    known.pushed = Some(head);
    Ok(())
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
