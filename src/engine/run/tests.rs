//! Files that change for each other, many times.

use super::*;
use crate::engine::tests::with_shipped;
use crate::project::facts::Projects;

/// Coroutine functions that wait for nothing but each other, one per file.
fn chain(n_files: usize) -> Vec<SourceFile> {
    let text = |number: usize| match number {
        0 => "async def f0():\n    return 1\n".to_owned(),
        _ => {
            let before = number - 1;
            format!(
                "from m{before} import f{before}\n\n\nasync def f{number}():\n    return await f{before}()\n"
            )
        }
    };
    let file = |number| SourceFile::from_text(format!("m{number}.py"), &text(number));
    let files = (0..n_files).map(|number| file(number).expect("it can be read"));
    files.collect()
}

/// Plans files of which some were on the list too often; returns how many are plain functions then, and
/// what is said of the others.
fn check(files: &[SourceFile], too_often: &[usize]) -> (usize, Vec<String>) {
    let texts = files.iter();
    let texts = texts.map(|file| (file.path().to_owned(), file.bytes().to_vec()));
    let facts = Projects::of_texts(texts.collect());
    with_shipped(|engine| {
        let planned = files.iter().map(|source| {
            let outcome = engine.plan_source(source.clone(), &facts);
            File::new(source.path(), engine, outcome)
        });
        let mut run = Run::new(planned.collect(), &facts);
        for place in too_often {
            run.files[*place].n_turns = MAX_TURNS;
        }
        run.converge();
        let plans = run.files.iter().filter_map(File::plan);
        let after = plans.clone().filter_map(|plan| plan.after().ok());
        let n_plain = after.filter(|after| !after.text().contains("async def"));
        let findings = plans.flat_map(|plan| &plan.findings);
        let reasons = findings.map(|finding| finding.said.sentence());
        (n_plain.count(), reasons.collect())
    })
}

#[test]
fn a_chain_of_files_changes_to_its_end() {
    let n_files = 3 * MAX_TURNS;
    // Nobody calls the last one: somebody else may await it.
    assert_eq!(check(&chain(n_files), &[]), (n_files - 1, Vec::new()));
}

#[test]
fn a_file_that_never_rests_does_nothing_of_its_own_and_others_go_on_without() {
    let text = "from m1 import f1\n\n\nasync def g():\n    return 1\n\n\nasync def f2():\n    return await f1() + await g()\n";
    let last = SourceFile::from_text("m2.py", text).expect("it can be read");
    let files = [&chain(2)[..], &[last]].concat();
    assert_eq!(check(&files, &[]), (2, Vec::new()));
    assert_eq!(check(&files, &[2]), (2, vec![NO_FIXPOINT.to_owned()]));
}
