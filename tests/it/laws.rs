//! The laws of the pipeline, over generated programs and, on demand, over real code.
//!
//! `AWAITIFY_LAW_PROGRAMS` sets how many programs are generated, `AWAITIFY_LAW_SEED` makes one of
//! them alone; `AWAITIFY_TESTS` adds releases of real projects (see `corpus`).

use std::panic::{AssertUnwindSafe, catch_unwind};

use check::{Observed, check};
use planned::Planned;
use program::program;
use random::Random;
use rayon::prelude::*;
use syntax::{Form, parse};

mod awaits;
mod check;
mod corpus;
mod envelope;
mod faults;
mod layout;
mod names;
pub(crate) mod planned;
mod pragmas;
mod program;
pub(crate) mod random;
mod spelling;
mod syntax;

/// How many failing programs are printed.
const SHOWN: usize = 3;

#[test]
fn laws_generated() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse::<u64>().ok())
    };
    let seeds = match number("AWAITIFY_LAW_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("AWAITIFY_LAW_PROGRAMS").unwrap_or(10_000),
    };
    let total = seeds.end - seeds.start;
    let checked: Vec<_> = seeds.into_par_iter().map(check_generated).collect();
    let (mut changed, mut failures) = (0, Vec::new());
    for outcome in checked {
        match outcome {
            Ok(has_changes) => changed += u64::from(has_changes),
            Err(failure) => failures.push(failure),
        }
    }
    let shown = failures[..failures.len().min(SHOWN)].join("\n");
    assert!(
        failures.is_empty(),
        "{} of {total} programs failed, {changed} were changed rightly\n{shown}",
        failures.len()
    );
    assert!(
        total == 1 || changed * 3 >= total,
        "only {changed} of {total} programs have a site"
    );
}

/// Checks all laws on the program of a seed; returns whether the plan changes it.
///
/// # Errors
/// The first broken law, and the program.
fn check_generated(seed: u64) -> Result<bool, String> {
    let program = program(seed);
    let run = AssertUnwindSafe(|| check_file(program.path, &program.bytes, seed, true));
    let outcome = catch_unwind(run).unwrap_or_else(|_| Err("law 10: panic".to_owned()));
    outcome.map_err(|error| {
        let text = String::from_utf8_lossy(&program.bytes);
        format!("seed {seed}, {}: {error}\n{text}\n", program.path)
    })
}

/// Checks all laws on one file; returns whether the plan changes it.
///
/// # Errors
/// The first broken law.
fn check_file(path: &str, bytes: &[u8], seed: u64, generated: bool) -> Result<bool, String> {
    // A file of the corpus may be no Python; a generated one that is none is the generator's fault.
    let unusable = |why: &str| match generated {
        true => Err(format!("generator: {why}")),
        false => Ok(false),
    };
    let Some(plan) = Planned::new(path, bytes) else {
        return unusable("unreadable");
    };
    let form = Form::of(path, plan.text());
    if let Err(error) = parse(form, plan.text()) {
        return unusable(&error);
    }
    plan.check_withdrawn()?;
    plan.check_words()?;
    let after = plan.after_bytes()?;
    same_plan(&plan, path, bytes)?;
    for layer in plan.observe(form, generated)? {
        check(&layer).map_err(|error| format!("{error}\nafter:\n{}\nbefore:", layer.after))?;
    }
    envelope::check(path, bytes, &after)?;
    if plan.ids().is_empty() && after != bytes {
        return Err("law 5: no change, but other bytes".to_owned());
    }
    let again = Planned::new(path, &after).ok_or("law 1: the result cannot be read")?;
    same_again(&after, &again.after_bytes()?)?;
    check_subset(&plan, form, seed)?;
    Ok(!plan.ids().is_empty())
}

/// Checks that a second run found nothing to do.
fn same_again<T: AsRef<[u8]> + ?Sized>(first: &T, second: &T) -> Result<(), String> {
    let (first, second) = (first.as_ref(), second.as_ref());
    if first == second {
        return Ok(());
    }
    let second = String::from_utf8_lossy(second);
    Err(format!("law 3: a second run gives\n{second}"))
}

/// Checks that the same bytes give the same plan (law 7).
fn same_plan(plan: &Planned, path: &str, bytes: &[u8]) -> Result<(), String> {
    let other = Planned::new(path, bytes).ok_or("law 7: unreadable the second time")?;
    if plan.ids() == other.ids() {
        Ok(())
    } else {
        Err(format!(
            "law 7: {:?} and then {:?}",
            plan.ids(),
            other.ids()
        ))
    }
}

/// Checks that some of the changes alone give a right file, too (law 11).
fn check_subset(plan: &Planned, form: Form, seed: u64) -> Result<(), String> {
    let mut random = Random::new(seed ^ 0x5EED);
    let chosen = plan.some_changes(|| random.chance(50));
    if chosen.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = chosen.iter().map(|change| change.id.0.as_str()).collect();
    let failed = |error: String| format!("law 11: with {ids:?} alone: {error}");
    let observed = Observed {
        form,
        before: plan.text().to_owned(),
        after: plan.text_after(&chosen).map_err(failed)?,
        edits: Vec::new(),
        sites: Vec::new(),
        housekeeping: None,
        lost_comments: plan.lost_comments(),
        new_cell: String::new(),
    };
    check(&observed).map_err(failed)
}
