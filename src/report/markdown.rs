//! A plan → Markdown for the description of a pull request, or a comment: counts, what is changed and why
//! by recipe, and what is left.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use super::alike;
use super::check;
use super::diff::{self, Section};
use super::migration::{self, Migration};
use super::notes;
use super::place;
use super::rows;
use super::tally::{Counts, Tally};
use super::view::{View, count};
use crate::plan::change::{FilePlan, Plan};
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use escape::{code, fenced, words};
use sheet::{Kind, LIMIT, Sheet};

mod escape;
mod sheet;

/// Where hunks stand in which no change has its site.
const NEEDED: &str = "Imports and other lines that these changes need";

/// Writes the page; `migration` says what was written, `None`: nothing was to be.
///
/// # Errors
/// The writer fails.
pub fn write(
    out: &mut dyn Write,
    view: &View,
    plan: &Plan,
    migration: Option<&Migration>,
) -> io::Result<()> {
    let view = View {
        below: view.below.clone(),
        ..View::plain(&view.base)
    };
    let tally = Tally::of(plan);
    let mut page = head(plan, &tally, migration);
    let mut sheets = changes(&view, plan, migration)?;
    sheets.extend(findings(&view, plan));
    sheets.extend(problems(&view, plan, migration));
    sheet::fit(&mut page, &mut sheets);
    out.write_all(page.as_bytes())
}

fn head(plan: &Plan, tally: &Tally, migration: Option<&Migration>) -> String {
    let headline = match migration {
        Some(migration) => migration::headline(plan, migration),
        None => check::headline(plan),
    };
    let mut page = format!("## awaitify\n\n{headline}\n\n");
    let left_out = tally.total.review - tally.planned.review;
    if left_out > 0 {
        page.push_str(&format!("{}\n\n", words(&check::left_out(left_out))));
    }
    if tally.recipes.is_empty() {
        return page;
    }
    page.push_str("| Recipe | Safe | Review | Findings |\n|---|--:|--:|--:|\n");
    for (name, counts) in &tally.recipes {
        // The rest of the page is worth more than a table without end.
        if page.len() < LIMIT / 4 {
            page.push_str(&row(name, *counts));
        }
    }
    if tally.recipes.len() > 1 {
        page.push_str(&row("total", tally.total));
    }
    page.push('\n');
    page
}

fn row(name: &str, counts: Counts) -> String {
    let Counts {
        safe,
        review,
        findings,
    } = counts;
    format!("| {} | {safe} | {review} | {findings} |\n", words(name))
}

/// Returns a section for each recipe, and one for what none of the changes has its site in.
fn changes(view: &View, plan: &Plan, migration: Option<&Migration>) -> io::Result<Vec<Sheet>> {
    let is_meant = |file: &&FilePlan| migration.is_none_or(|it| it.has_written(file));
    let files: Vec<&FilePlan> = plan.files.iter().filter(is_meant).collect();
    let mut sheets = BTreeMap::new();
    for (recipe, reasons) in reasons(view, &files) {
        let places: usize = reasons.iter().map(|(_, places)| places.len()).sum();
        let about = plan.recipes.get(recipe).map(|text| text.title.as_str());
        let about = match about {
            Some(title) => format!("{title} ({})", count(places, "place")),
            None => count(places, "place"),
        };
        let mut sheet = Sheet::new(recipe, &about);
        for ((safety, reason), places) in reasons {
            let said = format!("**{}** {}", safety.word(), words(&reason));
            push(&mut sheet, &said, &places);
        }
        sheets.insert(recipe, sheet);
    }
    let mut needed = Sheet::plain(NEEDED);
    for file in files {
        if file.wanted().next().is_none() {
            continue;
        }
        // A file that has no new text is told with the problems, or when it is written.
        if let Ok(after) = file.after() {
            hunks(view, file, &after, (&mut sheets, &mut needed))?;
        }
    }
    Ok(sheets.into_values().chain([needed]).collect())
}

type Reasons = Vec<((Safety, String), Vec<String>)>;

/// Returns by recipe what is said of its changes, and where.
fn reasons<'p>(view: &View, files: &[&'p FilePlan]) -> BTreeMap<&'p str, Reasons> {
    let mut by_recipe: BTreeMap<&str, Reasons> = BTreeMap::new();
    let mut known: HashMap<(&str, Safety, String), usize> = HashMap::new();
    for row in files.iter().flat_map(|file| rows::told(file)) {
        let Some(share) = row.share else { continue };
        let path = view.name(row.file.original().path());
        let place = place::location(&path, row.start());
        let recipe = share.change.recipe.as_str();
        let reasons = by_recipe.entry(recipe).or_default();
        let said = (row.safety, row.said.whole());
        let at = known.entry((recipe, said.0, said.1.clone()));
        let at = *at.or_insert(reasons.len());
        match reasons.get_mut(at) {
            Some((_, places)) => places.push(place),
            None => reasons.push((said, vec![place])),
        }
    }
    by_recipe
}

fn push(sheet: &mut Sheet, reason: &str, places: &[String]) {
    sheet.push(Kind::Reason, format!("{reason}\n"));
    for place in places {
        sheet.push(Kind::Place, format!("- {}\n", code(place)));
    }
}

type Sheets<'s, 'p> = (&'s mut BTreeMap<&'p str, Sheet>, &'s mut Sheet);

/// Adds each hunk to the recipes that have a site in it.
fn hunks(view: &View, file: &FilePlan, after: &SourceFile, sheets: Sheets) -> io::Result<()> {
    let (by_recipe, needed) = sheets;
    for section in diff::sections(view, file, after) {
        let hunks = section.hunks();
        let recipes = section.recipes(&hunks);
        for (index, hunk) in hunks.iter().enumerate() {
            let mut text = Vec::new();
            section.write_hunk(&mut text, view, hunk)?;
            let block = block(&section, &String::from_utf8_lossy(&text));
            match recipes.get(&index) {
                Some(recipes) => {
                    for recipe in recipes {
                        let sheet = by_recipe.get_mut(*recipe);
                        sheet
                            .into_iter()
                            .for_each(|it| it.push(Kind::Hunk, block.clone()));
                    }
                }
                None => needed.push(Kind::Hunk, block),
            }
        }
    }
    Ok(())
}

fn block(section: &Section<'_>, text: &str) -> String {
    format!("{}\n\n{}", code(&section.title), fenced("diff", text))
}

/// Returns what a person is told of, the worst first.
fn findings(view: &View, plan: &Plan) -> Option<Sheet> {
    let entries = alike::grouped(notes::of_findings(view, plan).into_iter());
    let places: usize = entries.iter().map(|(_, places)| places.len()).sum();
    let mut sheet = Sheet::plain(&format!("Left: {}", count(places, "finding")));
    for ((recipe, reason), places) in &entries {
        let said = format!("**{}** {}", words(recipe), words(reason));
        push(&mut sheet, &said, places);
    }
    (places > 0).then_some(sheet)
}

/// Returns what could not be read, parsed or written.
fn problems(view: &View, plan: &Plan, migration: Option<&Migration>) -> Option<Sheet> {
    let mut sheet = Sheet::plain("Problems");
    let mut told = false;
    let problems = plan.problems.iter().map(|problem| {
        let path = view.name(&problem.path);
        let place = match problem.position {
            Some(position) => place::location(&path, position),
            None => path,
        };
        (place, problem.message.clone())
    });
    let failed = migration.into_iter().flat_map(|it| &it.failed);
    let failed = failed.map(|error| (view.name(error.path()), error.to_string()));
    for (place, message) in problems.chain(failed) {
        let line = format!("- {}: {}\n", code(&place), words(&message));
        sheet.push(Kind::Place, line);
        told = true;
    }
    told.then_some(sheet)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Sample};
    use super::*;

    fn page(plan: &Plan) -> String {
        let mut out = Vec::new();
        write(&mut out, &View::plain("/"), plan, None).expect("a vector takes everything");
        String::from_utf8(out).expect("a page is text")
    }

    #[test]
    fn a_page_has_counts_reasons_hunks_and_what_is_left() {
        let mut plan = sample::plan(Safety::Review);
        plan.files.remove(1);
        assert_eq!(
            page(&plan),
            "\
## awaitify

2 changes and 1 finding in 2 files of 4.

| Recipe | Safe | Review | Findings |
|---|--:|--:|--:|
| blocking-pause | 1 | 0 | 0 |
| library-owns-loop | 0 | 0 | 1 |
| second | 0 | 1 | 0 |
| total | 1 | 1 | 1 |

<details>
<summary><code>blocking-pause</code>: 1 place</summary>

**safe** asyncio.sleep suspends this coroutine only

- `job.py:4:5`

`job.py`

```diff
@@ -1,5 +1,5 @@
 import time
 
 async def poll():
-    time.sleep(1)
+    await asyncio.sleep(1)
     return 1
```

</details>

<details>
<summary><code>second</code>: A second thing (1 place)</summary>

**review** why second

- `odd.py:2:1`

`odd.py`

```diff
@@ -1,3 +1,3 @@
 a()
-b()
+2
 c()
```

</details>

<details>
<summary>Left: 1 finding</summary>

**library-owns-loop** the caller owns the loop

- `odd.py:2:1`

</details>

<details>
<summary>Problems</summary>

- `bad.py`: not UTF-8, and no encoding is declared

</details>

"
        );
    }

    #[test]
    fn code_ends_no_fence_and_is_no_tag() {
        let text = "x = '```</details>'\n";
        let file = Sample::new("<b>.py", text)
            .change("r", Safety::Safe, &[("x", "y")], "<script>@me")
            .plan();
        let mut plan = sample::plan(Safety::Safe);
        plan.files = vec![file];
        let page = page(&plan);
        assert!(page.contains("\n````diff\n"), "{page}");
        assert!(page.contains("**safe** `<script>@me`\n"), "{page}");
        assert!(page.contains("\n`<b>.py`\n"), "{page}");
    }

    #[test]
    fn a_long_page_is_cut_and_says_so() {
        let text: String = (0..9000)
            .map(|n| format!("call_{n}()\n\n\n\n\n\n\n\n"))
            .collect();
        let mut file = Sample::new("a.py", text);
        for n in 0..880 {
            let old = format!("call_{}()", n * 10);
            file = file.change("r", Safety::Safe, &[(&old, "x")], &"why ".repeat(n % 7));
        }
        let mut plan = sample::plan(Safety::Safe);
        plan.files = vec![file.plan()];
        let page = page(&plan);
        assert!(page.len() <= LIMIT, "{}", page.len());
        let last = page.lines().last().expect("there is a line");
        assert!(last.starts_with("Left out: "), "{last}");
        assert_eq!(
            page.matches("<details>").count(),
            page.matches("</details>").count()
        );
    }
}
