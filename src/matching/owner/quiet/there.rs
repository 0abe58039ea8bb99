//! Does what runs end quietly where its code is in another file?

use ruff_python_ast::ExprCall;

use super::{Cancelled, Quiet, class, of_functions};
use crate::matching::mentioned::mentioned;
use crate::matching::shared::has_cleanup;
use crate::matching::subject::Subject;
use crate::semantic::call::{Target, There};

/// Returns why a coroutine whose code is not in this file may not end quietly; `None`: it does.
pub(super) fn why_not<'a>(
    subject: &Subject<'a>,
    made: Option<&'a ExprCall>,
    cancelled: Cancelled,
) -> Option<String> {
    let unseen = || Some("the code that runs is not in this file".to_owned());
    let Some(made) = made else {
        return unseen();
    };
    let quiet = Quiet {
        subject,
        functions: &[],
        cancelled,
    };
    if quiet.passes_outside(made) {
        return None;
    }
    let targets = subject.targets((&*made.func).into());
    if targets.is_empty() {
        return unseen();
    }
    targets.iter().find_map(|target| match target {
        Target::There(def) => {
            let is_new = cancelled == Cancelled::Newly;
            let question = (def.path.clone(), def.name.clone(), is_new);
            let find = || of_def(subject, def, cancelled);
            subject.answers.ends_there.or_find(&question, find)
        }
        Target::Here(_) | Target::Outside(_) => unseen(),
    })
}

/// Why a def of another file may not end quietly.
fn of_def(subject: &Subject, def: &There, cancelled: Cancelled) -> Option<String> {
    let why = subject.of_def_elsewhere(def, |other, id| {
        let functions = mentioned(other, vec![id]);
        let file = subject.name_of_file(&def.path);
        let cleans = || {
            let cleans = functions.iter().any(|it| has_cleanup(other, *it));
            cleans.then(|| format!("its code in {file} has a cleanup"))
        };
        of_functions(other, &functions, cancelled)
            .map(|why| format!("{why} of {file}"))
            .or_else(|| class::replaced(other, functions.iter().copied()))
            .or_else(cleans)
    });
    why.unwrap_or_else(|| Some("its code in another file is not clear".to_owned()))
}
