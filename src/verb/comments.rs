//! Comments in what a change replaces → each stands at the end of the line that has its code.
//!
//! A comment at the end of a line speaks of that line, and to a linter it does nothing elsewhere. Where
//! the edits of a verb would lose one, or leave it beside other code, it goes along with its code; where
//! that is gone, to the header that stands for it; else it gets a separate line.

use ruff_python_ast::token::TokenKind;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::draft::Draft;
use crate::matching::subject::Subject;
use crate::python::trivia::is_for_tools;
use crate::text::blank::{indentation, line_break_at, line_start};
use crate::text::edit::{Edit, EditSet};
use cluster::{Cluster, Line, lines};
use splice::Splices;

mod cluster;
mod splice;

/// Puts the comments that a draft touches where their code is.
pub(super) fn keep_in_place(subject: &Subject, draft: &mut Draft) {
    let mut touching = draft.edits.iter();
    if !touching.any(|edit| touches_comment(subject, edit)) {
        return;
    }
    // Edits that overlap are told of where they are resolved.
    let Ok(set) = EditSet::new(draft.edits.clone(), Vec::new()) else {
        return;
    };
    let edits = set.edits().to_vec();
    let clusters = Cluster::all(subject, &edits);
    let new: Vec<Vec<Line>> = clusters.iter().map(|it| it.new_lines(subject)).collect();
    let mut homes = Homes {
        subject,
        edits: &edits,
        clusters: &clusters,
        new: &new,
        splices: Splices::default(),
        taken: Vec::new(),
        known: &draft.lost_comments,
        settled: Vec::new(),
        standing: Vec::new(),
        behind: Vec::new(),
        lost: Vec::new(),
    };
    for at in 0..clusters.len() {
        homes.settle(at);
    }
    homes.write_behind();
    let (splices, settled, lost) = (homes.splices, homes.settled, homes.lost);
    let edits = splices.into_edits(&clusters, &edits);
    if EditSet::new(edits.clone(), Vec::new()).is_ok() {
        draft.lost_comments.retain(|it| !settled.contains(it));
        draft.lost_comments.extend(lost);
        draft.edits = edits;
    }
}

/// Whether a comment stands in an edit, or on the line where it ends.
fn touches_comment(subject: &Subject, edit: &Edit) -> bool {
    let range = TextRange::new(edit.start(), subject.line_end(edit.end()));
    subject.text()[range].contains('#')
}

/// A line of the new text: of which cluster, and which.
type Place = (usize, usize);

/// Finds out where comments belong.
struct Homes<'h, 'a> {
    subject: &'h Subject<'a>,
    edits: &'h [Edit],
    clusters: &'h [Cluster],
    new: &'h [Vec<Line<'h>>],
    splices: Splices,
    /// Places where a comment of the new text is known to be one of the old.
    taken: Vec<Place>,
    /// Comments that the verb knows to be lost: others are written by what the change needs.
    known: &'h [TextRange],
    /// Comments that were looked at.
    settled: Vec<TextRange>,
    /// Comments that stand behind lines of the new text already, and those that are to.
    standing: Vec<(Place, TextRange)>,
    behind: Vec<(Place, TextRange)>,
    lost: Vec<TextRange>,
}

impl Homes<'_, '_> {
    /// Settles the comments of one cluster.
    fn settle(&mut self, at: usize) {
        let text = self.subject.text();
        let range = self.clusters[at].range;
        let tokens = self.subject.module.tokens_within(range);
        let old = lines(text, tokens.copied());
        for (index, line) in old.iter().enumerate() {
            let is_touched = || self.clusters[at].is_touched(self.edits, line);
            let Some(comment) = line.comment.filter(|_| is_touched()) else {
                continue;
            };
            self.settled.push(comment);
            if line.code.is_empty() {
                let has_code = |it: &&Line| !it.code.is_empty();
                let next = old[index + 1..].iter().find(has_code);
                match old[..index].iter().rfind(has_code) {
                    Some(before) if self.ends_block(comment, before, next) => {
                        self.settle_below(at, comment, before);
                    }
                    _ => self.settle_above(at, comment, next),
                }
            } else {
                self.settle_behind(at, comment, line);
            }
        }
    }

    /// A comment on a separate line stays above the code that it stood above.
    fn settle_above(&mut self, at: usize, comment: TextRange, next: Option<&Line>) {
        if self.now(at, comment, next).is_some() || !self.known.contains(&comment) {
            return;
        }
        match next.and_then(|next| self.home(at, next)) {
            Some(place) => self.write_above(place, comment),
            None => self.write_alone(at, comment),
        }
    }

    /// Whether a comment on a separate line is the last of a block: as deep as the code before it, and
    /// deeper than that behind it.
    fn ends_block(&self, comment: TextRange, before: &Line, next: Option<&Line>) -> bool {
        let depth = |at: TextSize| indentation(self.subject.text(), at).len();
        let is = depth(comment.start());
        is == depth(before.start) && next.is_some_and(|next| depth(next.start) < is)
    }

    /// A comment that ends a block stays below the code that it stood below.
    fn settle_below(&mut self, at: usize, comment: TextRange, before: &Line) {
        if self.now(at, comment, Some(before)).is_some() || !self.known.contains(&comment) {
            return;
        }
        let Some((cluster, index)) = self.home(at, before) else {
            return self.write_alone(at, comment);
        };
        let (new, line) = (&self.clusters[cluster].text, &self.new[cluster][index]);
        let line_break = line_break_at(self.subject.text(), comment.start());
        let indentation = indentation(new, line.start);
        let below = format!("{line_break}{indentation}{}", &self.subject.text()[comment]);
        self.splices.write(cluster, line.end(), below);
    }

    /// A comment at the end of a line stays at the end of it.
    fn settle_behind(&mut self, at: usize, comment: TextRange, line: &Line) {
        let now = self.now(at, comment, Some(line));
        let home = self.home(at, line).or_else(|| self.header(at, line));
        match (now, home) {
            (None, _) if !self.known.contains(&comment) => {}
            (Some(_), None) if line.is_layout || self.is_rewritten(at, line) => {}
            (Some((place, _)), Some(home)) if place == home => {
                self.standing.push((place, comment));
            }
            (Some(((cluster, index), _)), None) if self.new[cluster][index].code.is_empty() => {}
            // What tools read behind a decorator is of the whole def.
            (Some((place, _)), None)
                if line.first == Some(TokenKind::At)
                    && is_for_tools(&self.subject.text()[comment]) =>
            {
                self.standing.push((place, comment));
            }
            (now, home) => {
                if let Some((place, range)) = now {
                    self.splices.cut(place.0, range);
                }
                match home {
                    Some(place) => self.behind.push((place, comment)),
                    None => self.write_alone(at, comment),
                }
            }
        }
    }

    /// Whether a line gets other code for its own.
    fn is_rewritten(&self, at: usize, line: &Line) -> bool {
        let last = line.code.last().copied();
        let edit = last.and_then(|last| self.clusters[at].edit_over(self.edits, last));
        edit.is_some_and(|edit| line.start <= edit.start() && !edit.text().trim().is_empty())
    }

    /// Returns where a comment stands in the new text: it stays, or an edit writes it.
    fn now(
        &mut self,
        at: usize,
        comment: TextRange,
        line: Option<&Line>,
    ) -> Option<(Place, TextRange)> {
        let place = match self.clusters[at].moved(comment) {
            Some(moved) => {
                let is_it = |new: &Line| new.comment == Some(moved);
                (at, self.new[at].iter().position(is_it)?)
            }
            None => self.copied(comment, line)?,
        };
        self.taken.push(place);
        Some((place, self.new[place.0][place.1].comment?))
    }

    /// Returns where an edit writes a comment, on the line that is most like its own.
    fn copied(&self, comment: TextRange, line: Option<&Line>) -> Option<Place> {
        let text = &self.subject.text()[comment];
        let mut best: Option<(usize, Place)> = None;
        for (at, cluster) in self.clusters.iter().enumerate() {
            for (index, new) in self.new[at].iter().enumerate() {
                let Some(range) = new.comment else {
                    continue;
                };
                let is_it = cluster.text[range] == *text && cluster.is_written(range);
                let score = line.map_or(0, |line| shared(line, new));
                if is_it
                    && !self.taken.contains(&(at, index))
                    && best.is_none_or(|(most, _)| most < score)
                {
                    best = Some((score, (at, index)));
                }
            }
        }
        best.map(|(_, place)| place)
    }

    /// Returns where the code of a line is: where it stays, or where most of its words are written.
    fn home(&self, at: usize, line: &Line) -> Option<Place> {
        self.stays(at, line, true)
            .or_else(|| self.written(at, line))
            .or_else(|| self.stays(at, line, false))
    }

    /// Returns where tokens of a line stay, the last of them: words, or anything.
    fn stays(&self, at: usize, line: &Line, words: bool) -> Option<Place> {
        let text = self.subject.text();
        let mut kept = line.code.iter().rev();
        let moved = kept.find_map(|token| {
            let is_word = line.words.contains(&&text[*token]);
            (is_word || !words).then(|| self.clusters[at].moved(*token))?
        })?;
        let holds = |new: &Line| new.code.contains(&moved);
        Some((at, self.new[at].iter().position(holds)?))
    }

    /// Returns the line with the most of the words of a line: half with the last, else more, one written.
    fn written(&self, at: usize, line: &Line) -> Option<Place> {
        let mut best: Option<(usize, Place)> = None;
        // Its own place comes first.
        let clusters = std::iter::once(at).chain((0..self.new.len()).filter(|it| *it != at));
        for cluster in clusters {
            for (index, new) in self.new[cluster].iter().enumerate() {
                let score = shared(line, new);
                let has_last = line.words.last().is_some_and(|it| new.words.contains(it));
                if 2 * score >= line.words.len() + usize::from(!has_last)
                    && best.is_none_or(|(most, _)| most < score)
                    && self.writes_one_of(cluster, new, line)
                {
                    best = Some((score, (cluster, index)));
                }
            }
        }
        best.map(|(_, place)| place)
    }

    fn writes_one_of(&self, cluster: usize, new: &Line, line: &Line) -> bool {
        let cluster = &self.clusters[cluster];
        let mut written = new.code.iter().filter(|it| cluster.is_written(**it));
        written.any(|it| line.words.contains(&&cluster.text[*it]))
    }

    /// Returns the header that is written over a line, or for one that began what is replaced.
    fn header(&self, at: usize, line: &Line) -> Option<Place> {
        let is_new = |cluster: usize, new: &Line| {
            let mut code = new.code.iter();
            new.ends_with_colon && code.all(|it| self.clusters[cluster].is_written(*it))
        };
        let last = *line.code.last()?;
        if let Some(end) = self.clusters[at].written_over(self.edits, last) {
            let ends = |new: &Line| is_new(at, new) && new.end() == end;
            if let Some(index) = self.new[at].iter().position(ends) {
                return Some((at, index));
            }
        }
        let opens =
            line.ends_with_colon && !is_later_part(line) || line.first == Some(TokenKind::At);
        if !opens {
            return None;
        }
        let clusters = std::iter::once(at).chain((0..self.new.len()).filter(|it| *it != at));
        let mut headers = clusters.filter_map(|cluster| {
            let index = self.new[cluster]
                .iter()
                .position(|it| is_new(cluster, it))?;
            Some((cluster, index))
        });
        headers.next()
    }

    /// Writes what comes to the ends of lines, in the order of the old text.
    fn write_behind(&mut self) {
        let mut behind = std::mem::take(&mut self.behind);
        behind.sort_by_key(|(_, comment)| comment.start());
        for ((cluster, index), comment) in behind {
            let line = &self.new[cluster][index];
            let text = &self.subject.text()[comment];
            let (at, text) = match line.comment {
                None => {
                    let code_end = line.code.last().map_or(line.start, |it| it.end());
                    (code_end, format!("  {text}"))
                }
                // It says the same.
                Some(there) if self.clusters[cluster].text[there] == *text => continue,
                // A comment on types is read only where it is the first.
                Some(there)
                    if text.starts_with("# type:")
                        || self.is_of_later((cluster, index), comment) =>
                {
                    (there.start(), format!("{text}  "))
                }
                Some(_) => (line.end(), format!("  {text}")),
            };
            self.splices.write(cluster, at, text);
        }
    }

    /// Whether what stands behind a line stood behind a comment in the old text.
    fn is_of_later(&self, place: Place, comment: TextRange) -> bool {
        let mut standing = self.standing.iter();
        standing.any(|(at, there)| *at == place && comment.start() < there.start())
    }

    fn write_above(&mut self, (cluster, index): Place, comment: TextRange) {
        let text = &self.subject.text()[comment];
        let (new, start) = (&self.clusters[cluster].text, self.new[cluster][index].start);
        let indentation = indentation(new, start);
        let line_break = line_break_at(self.subject.text(), comment.start());
        let above = format!("{text}{line_break}{indentation}");
        self.splices.write(cluster, start, above);
    }

    /// Gives a comment a separate line, behind the line at which its code ended.
    fn write_alone(&mut self, at: usize, comment: TextRange) {
        let cluster = &self.clusters[at];
        let Some(end) = cluster.gone_at(self.edits, comment) else {
            return self.lost.push(comment);
        };
        let text = &self.subject.text()[comment];
        let line_break = line_break_at(self.subject.text(), comment.start());
        let new = &self.new[at];
        match new.iter().rfind(|it| it.start < end) {
            Some(line) if begins_on_line(&cluster.text, line.end(), end) => {
                let indentation = indentation(&cluster.text, line.start);
                let below = format!("{line_break}{indentation}{text}");
                self.splices.write(at, line.end(), below);
            }
            _ => {
                let rest = cluster.text[line_start(&cluster.text, end).to_usize()..].trim_start();
                // What closes a bracket stands less deep than what stood in it.
                let indentation = match rest.starts_with([')', ']', '}']) {
                    true => indentation(self.subject.text(), comment.start()),
                    false => indentation(&cluster.text, end),
                };
                let above = format!("{indentation}{text}{line_break}");
                let start = line_start(&cluster.text, end);
                self.splices.write(at, start, above);
            }
        }
    }
}

/// Whether no line ends between the end of a line's code and a place.
fn begins_on_line(text: &str, end: TextSize, place: TextSize) -> bool {
    let range = TextRange::new(end.min(place), place);
    !text[range].contains(['\n', '\r'])
}

/// Counts the words of a line that another has.
fn shared(line: &Line, other: &Line) -> usize {
    let mut words = line.words.clone();
    words.sort_unstable();
    words.dedup();
    words.iter().filter(|it| other.words.contains(it)).count()
}

/// Whether a line is the header of a part that another begins.
fn is_later_part(line: &Line) -> bool {
    use TokenKind::{Elif, Else, Except, Finally};
    matches!(line.first, Some(Elif | Else | Except | Finally))
}
