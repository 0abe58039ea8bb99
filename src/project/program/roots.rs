//! Who imports whom → the files that each one's program begins with: those that lead to it, and that nothing
//! leads to which they do not lead to themselves. Files with the same ones run in the same program.

use rustc_hash::{FxHashMap, FxHashSet};

/// A set of knots, by its place in a list of those.
pub(super) type SetId = u32;

/// By place of the file.
#[derive(Debug, Default)]
pub(super) struct Roots {
    of: Vec<SetId>,
    /// A file of each knot where a program begins.
    sets: Vec<Vec<usize>>,
}

impl Roots {
    /// `imports` and `importers` are by place.
    pub(super) fn new(imports: &[FxHashSet<usize>], importers: &[FxHashSet<usize>]) -> Self {
        let knots = Knots::tie(imports);
        let mut roots = Self {
            of: vec![0; imports.len()],
            sets: Vec::new(),
        };
        let mut known: FxHashMap<Vec<usize>, SetId> = FxHashMap::default();
        let mut of_knot: Vec<SetId> = vec![0; knots.all.len()];
        // What is imported is tied before what imports it.
        for (knot, files) in knots.all.iter().enumerate().rev() {
            let outside = files.iter().flat_map(|file| &importers[*file]);
            let outside = outside.map(|file| knots.of[*file]);
            let mut above: Vec<SetId> = outside
                .filter(|it| *it != knot)
                .map(|it| of_knot[it])
                .collect();
            above.sort_unstable();
            above.dedup();
            of_knot[knot] = match above[..] {
                [only] => only,
                _ => roots.joined(&above, files, &mut known),
            };
            for file in files {
                roots.of[*file] = of_knot[knot];
            }
        }
        roots
    }

    /// Returns the set of all files of some sets, for a knot; where there are none, it begins a program.
    fn joined(
        &mut self,
        above: &[SetId],
        knot: &[usize],
        known: &mut FxHashMap<Vec<usize>, SetId>,
    ) -> SetId {
        let sets = above.iter().flat_map(|set| &self.sets[*set as usize]);
        let mut set: Vec<usize> = sets.copied().collect();
        if set.is_empty() {
            set.extend(knot.first());
        }
        set.sort_unstable();
        set.dedup();
        // There is one for each knot at most.
        let next = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
        *known.entry(set).or_insert_with_key(|set| {
            self.sets.push(set.clone());
            next
        })
    }

    /// Returns which set a file's are.
    pub(super) fn of(&self, file: usize) -> SetId {
        self.of[file]
    }

    /// Returns the files of a set.
    pub(super) fn files(&self, set: SetId) -> impl Iterator<Item = usize> {
        self.sets[set as usize].iter().copied()
    }
}

/// Files that import each other in a circle, and those that do not, alone.
struct Knots {
    /// What leads to a knot stands behind it.
    all: Vec<Vec<usize>>,
    /// By place of the file.
    of: Vec<usize>,
}

/// A file that is being visited: the files it imports, and how many of these were.
struct Visit {
    file: usize,
    imported: Vec<usize>,
    next: usize,
}

/// One search for all knots, by Tarjan's algorithm.
struct Search<'l> {
    imports: &'l [FxHashSet<usize>],
    /// When a file was met first, from 1.
    met: Vec<usize>,
    /// The first file of its knot that is known, by when that was met.
    low: Vec<usize>,
    /// Files that are in no knot yet.
    open: Vec<usize>,
    n_met: usize,
}

impl Knots {
    fn tie(imports: &[FxHashSet<usize>]) -> Self {
        let n_files = imports.len();
        let mut knots = Self {
            all: Vec::new(),
            of: vec![usize::MAX; n_files],
        };
        let mut search = Search {
            imports,
            met: vec![0; n_files],
            low: vec![0; n_files],
            open: Vec::new(),
            n_met: 0,
        };
        for file in 0..n_files {
            if search.met[file] == 0 {
                knots.visit(file, &mut search);
            }
        }
        knots
    }

    fn visit(&mut self, file: usize, search: &mut Search) {
        let mut visits = vec![search.meet(file)];
        while let Some(visit) = visits.last_mut() {
            let file = visit.file;
            let Some(imported) = visit.imported.get(visit.next).copied() else {
                visits.pop();
                if let Some(importer) = visits.last() {
                    let importer = importer.file;
                    search.low[importer] = search.low[importer].min(search.low[file]);
                }
                self.close(file, search);
                continue;
            };
            visit.next += 1;
            if search.met[imported] == 0 {
                visits.push(search.meet(imported));
            } else if self.of[imported] == usize::MAX {
                search.low[file] = search.low[file].min(search.met[imported]);
            }
        }
    }

    /// Ties a knot where the first of its files was left.
    fn close(&mut self, file: usize, search: &mut Search) {
        if search.low[file] != search.met[file] {
            return;
        }
        let start = search.open.iter().rposition(|it| *it == file);
        let knot = search.open.split_off(start.unwrap_or(0));
        for file in &knot {
            self.of[*file] = self.all.len();
        }
        self.all.push(knot);
    }
}

impl Search<'_> {
    fn meet(&mut self, file: usize) -> Visit {
        self.n_met += 1;
        self.met[file] = self.n_met;
        self.low[file] = self.n_met;
        self.open.push(file);
        Visit {
            file,
            imported: self.imports[file].iter().copied().collect(),
            next: 0,
        }
    }
}
