//! How a teardown waits for the end of what it has ended: as the file does elsewhere, or as everywhere.

use ruff_python_ast::ExprRef;
use ruff_text_size::Ranged;

use super::kept::{Ended, written};
use crate::matching::capture::{Captured, Captures};
use crate::matching::elsewhere::first_match;
use crate::matching::subject::Subject;
use crate::plan::need;
use crate::python::tree::NodeId;
use crate::recipe::keep::{End, Waiting};
use crate::verb::draft::Draft;
use crate::verb::fresh::{first_free, wishes as wishes_of};
use crate::verb::refusal::Refusal;

/// Stands for one handle in what is written of it.
const ONE: &str = "handle";

/// Stands for the handles in what is written of them all.
const ALL: &str = "handles";

/// Writes the lines that wait for a handle, as they are spelled inside of the teardown.
pub(super) fn lines(
    subject: &Subject,
    inside: NodeId,
    ended: &Ended,
    end: &End,
    draft: &mut Draft,
) -> Result<Option<need::Waiting>, Refusal> {
    for waiting in &end.then {
        let Some(mut names) = like(subject, inside, waiting) else {
            continue;
        };
        for (name, wishes) in &waiting.names {
            let wishes = wishes_of(subject, &Captures::default(), wishes);
            names.push((name.clone(), free(subject, inside, &wishes)?));
        }
        let mark = format!("${ALL}");
        names.push((ONE.to_owned(), ended.one().to_owned()));
        names.push((ALL.to_owned(), mark.clone()));
        let named: Vec<(&str, &str)> = names.iter().map(|(a, b)| (&**a, &**b)).collect();
        let text = written(subject, inside, &waiting.lines, &named, draft)?;
        return Ok(Some(match text.split_once(&mark) {
            Some((before, behind)) if !waiting.is_each => {
                need::Waiting::All(before.to_owned(), behind.to_owned())
            }
            _ => need::Waiting::Each(text),
        }));
    }
    Ok(None)
}

/// Writes how those end that are in a list.
pub(super) fn listed(
    subject: &Subject,
    inside: NodeId,
    end: &End,
    draft: &mut Draft,
) -> Result<need::Listed, Refusal> {
    let ended = Ended {
        target: free(subject, inside, &[format!("{}s", end.one)])?,
        one: Some(free(subject, inside, std::slice::from_ref(&end.one))?),
    };
    let one = ended.one().to_owned();
    let each = written(subject, inside, &end.each, &[(ONE, &one)], draft)?;
    let then = lines(subject, inside, &ended, end, draft)?;
    Ok(need::Listed {
        name: ended.target,
        one,
        each,
        then,
    })
}

/// The same for what may stand in any file.
pub(super) fn plain(
    subject: &Subject,
    inside: NodeId,
    end: &End,
    draft: &mut Draft,
) -> Result<Option<need::Waiting>, Refusal> {
    let Some(waiting) = end.then.last() else {
        return Ok(None);
    };
    let mark = format!("${ALL}");
    let text = written(subject, inside, &waiting.lines, &[(ALL, &mark)], draft)?;
    let (before, behind) = text.split_once(&mark).unwrap_or((&text, ""));
    Ok(Some(need::Waiting::All(
        before.to_owned(),
        behind.to_owned(),
    )))
}

/// What a form captures in the file, as it is written there; `None`: the file has nothing like it, or
/// its names mean something else in the teardown.
fn like(subject: &Subject, inside: NodeId, waiting: &Waiting) -> Option<Vec<(String, String)>> {
    if waiting.like.is_empty() {
        return Some(Vec::new());
    }
    let captures = first_match(&waiting.like, subject)?;
    let mut names = Vec::new();
    for pattern in waiting.like.iter() {
        for (name, _) in &pattern.pattern.captures {
            if let Some(Captured::Expression(found)) = captures.find(name) {
                if !means_the_same(subject, *found, inside) {
                    return None;
                }
                let text = &subject.text()[found.range()];
                names.push((name.clone(), text.to_owned()));
            }
        }
    }
    Some(names)
}

/// A name of the module that the teardown sees too; more than a name may be another one's.
fn means_the_same(subject: &Subject, found: ExprRef, inside: NodeId) -> bool {
    let ExprRef::Name(name) = found else {
        return false;
    };
    let owner = |node| subject.names.lookup(subject.names.scope_of(node), &name.id);
    let there = owner(subject.tree.id(name));
    there == Some(crate::bind::scope::ScopeId::MODULE) && there == owner(inside)
}

/// A name that nothing has where the lines will stand.
pub(super) fn free(
    subject: &Subject,
    inside: NodeId,
    wishes: &[String],
) -> Result<String, Refusal> {
    let scope = subject.names.scope_of(inside);
    let visible = subject.names.visible_names(scope);
    let is_taken = |name: &str| visible.contains(name) || subject.names.is_taken(scope, name);
    Ok(first_free(wishes, is_taken)?)
}
