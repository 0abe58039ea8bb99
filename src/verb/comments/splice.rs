//! What comes into new text and goes from it → the edits that make it so.

use ruff_text_size::{Ranged, TextRange, TextSize};

use super::cluster::{Cluster, Piece};
use crate::text::edit::Edit;

/// What changes in the new text of clusters.
#[derive(Debug, Default)]
pub(super) struct Splices(Vec<(usize, TextRange, String)>);

impl Splices {
    /// Writes a text at a place.
    pub(super) fn write(&mut self, cluster: usize, at: TextSize, text: String) {
        self.0.push((cluster, TextRange::empty(at), text));
    }

    /// Takes a comment out, with the blanks before it.
    pub(super) fn cut(&mut self, cluster: usize, comment: TextRange) {
        self.0.push((cluster, comment, String::new()));
    }

    /// Returns the edits with these changes.
    pub(super) fn into_edits(self, clusters: &[Cluster], edits: &[Edit]) -> Vec<Edit> {
        let mut new = edits.to_vec();
        let mut splices = self.0;
        // From the back, so that places stay; what is written first at a place stands first there.
        splices.reverse();
        splices.sort_by_key(|(cluster, range, _)| std::cmp::Reverse((*cluster, range.start())));
        let mut added = Vec::new();
        for (cluster, range, text) in splices {
            let cluster = &clusters[cluster];
            match text.is_empty() {
                true => cut(cluster, range, &mut new, &mut added),
                false => write(cluster, range.start(), &text, &mut new, &mut added),
            }
        }
        new.extend(added);
        new
    }
}

/// Writes into the edit at a place, else into the file.
fn write(cluster: &Cluster, at: TextSize, text: &str, edits: &mut [Edit], added: &mut Vec<Edit>) {
    for (range, piece) in &cluster.pieces {
        if let Piece::Written(index) = piece
            && range.contains_inclusive(at)
        {
            let edit = &edits[*index];
            let inside = (at - range.start()).to_usize();
            let (before, behind) = edit.text().split_at(inside.min(edit.text().len()));
            edits[*index] = Edit::replacement(edit.range(), format!("{before}{text}{behind}"));
            return;
        }
    }
    for (range, piece) in &cluster.pieces {
        if let Piece::Kept(old) = piece
            && range.contains_inclusive(at)
        {
            let at = old.start() + (at - range.start());
            let is_there = |it: &&mut Edit| it.range() == TextRange::empty(at);
            match added.iter_mut().find(is_there) {
                // One edit: equal ones at a place would be taken for the same.
                Some(there) => *there = Edit::insertion(at, format!("{text}{}", there.text())),
                None => added.push(Edit::insertion(at, text)),
            }
            return;
        }
    }
}

/// Takes a comment out of the edit that writes it, else out of the file.
fn cut(cluster: &Cluster, comment: TextRange, edits: &mut [Edit], added: &mut Vec<Edit>) {
    let before = &cluster.text[..comment.start().to_usize()];
    let blank = before.len() - before.trim_end_matches([' ', '\t', '\x0c']).len();
    let start = comment.start() - TextSize::try_from(blank).unwrap_or_default();
    let held = cluster
        .pieces
        .iter()
        .position(|(range, _)| range.contains_range(comment));
    let Some(at) = held else {
        return;
    };
    let (range, piece) = &cluster.pieces[at];
    let start = start.max(range.start());
    match piece {
        Piece::Written(index) => {
            let text = edits[*index].text();
            let cut =
                (start - range.start()).to_usize()..(comment.end() - range.start()).to_usize();
            let text = format!("{}{}", &text[..cut.start], &text[cut.end..]);
            edits[*index] = Edit::replacement(edits[*index].range(), text);
        }
        Piece::Kept(old) => {
            let gone = TextRange::new(start, comment.end()) - range.start() + old.start();
            let previous = at.checked_sub(1).map(|at| &cluster.pieces[at]);
            match previous {
                // What an edit writes there stands where the comment was.
                Some((_, Piece::Written(index))) if start == range.start() => {
                    let edit = &edits[*index];
                    let whole = TextRange::new(edit.start(), gone.end());
                    edits[*index] = Edit::replacement(whole, edit.text());
                }
                _ => added.push(Edit::deletion(gone)),
            }
        }
    }
}
