//! Small texts before and after.

use super::*;
use crate::python::cut::Cutter;
use crate::python::parse::Module;
use crate::python::tree::Tree;
use crate::source::SourceFile;
use crate::text::edit::EditSet;
use ruff_python_ast::PythonVersion;

/// Adds `needs` (`module` or `module:member`) for the name `here` (or the end), drops the
/// imports that bind `drop` names.
fn edited(file: &SourceFile, needs: &[&str], dropped: &[&str]) -> SourceFile {
    let text = file.text();
    let module = Module::parse(file, PythonVersion::PY313).expect("it parses");
    let tree = Tree::build(&module);
    let blocks = Blocks::build(&tree);
    let names = Bindings::bind(&tree, &module, FxHashSet::default());
    let site = text.find("here").unwrap_or(text.len());
    let need = |need: &&str| {
        let (module, member) = match need.split_once(':') {
            Some((module, member)) => (module, Some(member.to_owned())),
            None => (*need, None),
        };
        ImportNeed {
            module: module.to_owned(),
            bound_as: member.clone().unwrap_or_else(|| module.to_owned()),
            member,
            site: TextSize::try_from(site).expect("it is short"),
        }
    };
    let needs: Vec<ImportNeed> = needs.iter().map(need).collect();
    let dropped: Vec<BindingId> = names
        .bindings()
        .filter(|(_, binding)| dropped.contains(&binding.name))
        .map(|(id, _)| id)
        .collect();
    let imports = ImportFile {
        text,
        cells: module.cells(),
        names: &names,
        blocks: &blocks,
    };
    let ImportEdits {
        mut edits,
        statements,
    } = import_edits(imports, &needs, &dropped);
    edits.extend(cut(&tree, &blocks, imports, &statements));
    file.with_text(&EditSet::new(edits, vec![]).expect("the edits are disjoint"))
        .expect("it is there")
}

fn cut(
    tree: &Tree<'_>,
    blocks: &Blocks<'_>,
    file: ImportFile<'_, '_>,
    statements: &[NodeId],
) -> Vec<Edit> {
    let mut cutter = Cutter::new(file.text, file.cells);
    let mut done = FxHashSet::default();
    for &id in statements {
        let block = blocks.block_of(id).expect("an import stands in a block");
        if !done.insert(block.statements[0]) {
            continue;
        }
        let ranges: Vec<TextRange> = block.statements.iter().map(|&id| tree.range(id)).collect();
        let doomed = |index: usize| statements.contains(&block.statements[index]);
        cutter.statements(&ranges, doomed, block.role != BlockRole::Module);
    }
    cutter.finish().edits
}

#[track_caller]
fn check(text: &str, needs: &[&str], dropped: &[&str], expected: &str) {
    for line_end in ["\n", "\r\n", "\r"] {
        let text = text.replace('\n', line_end);
        let file = SourceFile::from_text("a.py", &text).expect("it can be read");
        let found = edited(&file, needs, dropped);
        assert_eq!(found.text(), expected.replace('\n', line_end));
    }
}

/// Cells are separated by `|`.
#[track_caller]
fn check_cells(cells: &str, needs: &[&str], dropped: &[&str], expected: &str) {
    let cells: Vec<serde_json::Value> = cells
        .split('|')
        .map(|source| {
            serde_json::json!({
                "cell_type": "code", "metadata": {}, "source": source,
                "outputs": [], "execution_count": null
            })
        })
        .collect();
    let notebook = serde_json::json!({
        "cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5
    });
    let file = SourceFile::from_text("a.ipynb", &notebook.to_string()).expect("it is there");
    let found = edited(&file, needs, dropped);
    let texts: Vec<&str> = found
        .cells()
        .iter()
        .map(|cell| &found.text()[cell.range])
        .collect();
    assert_eq!(texts.join("|"), expected);
}

#[test]
fn a_new_import_is_sorted_in() {
    check(
        "import time\nimport z\nhere\n",
        &["asyncio"],
        &[],
        "import asyncio\nimport time\nimport z\nhere\n",
    );
    check(
        "import abc\nfrom time import sleep\nhere\n",
        &["asyncio"],
        &[],
        "import abc\nimport asyncio\nfrom time import sleep\nhere\n",
    );
    check(
        "import os\nfrom abc import A\n\nimport z\nhere\n",
        &["contextlib:suppress"],
        &[],
        "import os\nfrom abc import A\nfrom contextlib import suppress\n\nimport z\nhere\n",
    );
    check(
        "import time\nimport abc\nhere\n",
        &["asyncio"],
        &[],
        "import asyncio\nimport time\nimport abc\nhere\n",
    );
    check(
        "import time\nimport abc\nhere\n",
        &["zlib"],
        &[],
        "import time\nimport abc\nimport zlib\nhere\n",
    );
    check(
        "import abc\nfrom os import a\nimport time\nhere\n",
        &["asyncio"],
        &[],
        "import abc\nimport asyncio\nfrom os import a\nimport time\nhere\n",
    );
}

#[test]
fn a_new_import_takes_the_line_of_an_old_one() {
    check(
        "import time\nfrom typing import A\nhere\n",
        &["asyncio"],
        &["time"],
        "import asyncio\nfrom typing import A\nhere\n",
    );
    check(
        "import time as t\nfrom time import a, b as c\nhere\n",
        &["asyncio"],
        &["t"],
        "import asyncio\nfrom time import a, b as c\nhere\n",
    );
    check(
        "import json\n\nimport requests\n\nhere\n",
        &["httpx"],
        &["requests"],
        "import json\n\nimport httpx\n\nhere\n",
    );
    check(
        "import requests\n\nhere\n",
        &["asyncio"],
        &["requests"],
        "import asyncio\n\nhere\n",
    );
    check(
        "import json\n\nimport old\nfrom old import x\n\n\nhere\n",
        &["asyncio"],
        &["old", "x"],
        "import asyncio\nimport json\n\n\nhere\n",
    );
}

#[test]
fn a_name_joins_the_import_of_its_module() {
    check(
        "from asyncio import old as o\nhere\n",
        &["asyncio:new"],
        &["o"],
        "from asyncio import new\nhere\n",
    );
    check(
        "from collections.abc import Callable\nhere\n",
        &["collections.abc:AsyncIterator"],
        &[],
        "from collections.abc import AsyncIterator, Callable\nhere\n",
    );
    check(
        "from m import *\nhere\n",
        &["m:a"],
        &[],
        "from m import *\nfrom m import a\nhere\n",
    );
    check(
        "if T:\n    from m import b\nhere\n",
        &["m:a"],
        &[],
        "from m import a\n\nif T:\n    from m import b\nhere\n",
    );
}

#[test]
fn third_party_imports_stand_apart() {
    check(
        "import os\n\n\ndef here(): pass\n",
        &["aiofiles"],
        &[],
        "import os\n\nimport aiofiles\n\n\ndef here(): pass\n",
    );
    check(
        "import requests\n\nhere\n",
        &["httpx"],
        &[],
        "import httpx\nimport requests\n\nhere\n",
    );
    check(
        "import fastapi\nhere\n",
        &["contextlib:a"],
        &[],
        "from contextlib import a\n\nimport fastapi\nhere\n",
    );
    check(
        "here\n",
        &["asyncio", "httpx"],
        &[],
        "import asyncio\n\nimport httpx\n\nhere\n",
    );
}

#[test]
fn the_first_import_stands_below_the_head_of_the_file() {
    check(
        "\"\"\"Doc.\"\"\"\n\nhere\n",
        &["asyncio"],
        &[],
        "\"\"\"Doc.\"\"\"\n\nimport asyncio\n\nhere\n",
    );
    check(
        "\"\"\"Doc.\"\"\"\nfrom __future__ import a\n\n\ndef here(): pass\n",
        &["asyncio"],
        &[],
        "\"\"\"Doc.\"\"\"\nfrom __future__ import a\n\nimport asyncio\n\n\ndef here(): pass\n",
    );
    check(
        "#!/bin/x\nhere\n",
        &["asyncio"],
        &[],
        "#!/bin/x\nimport asyncio\n\nhere\n",
    );
    check(
        "# License\n\nhere\n",
        &["asyncio"],
        &[],
        "# License\n\nimport asyncio\n\nhere\n",
    );
    check(
        "# about here\nhere\n",
        &["asyncio"],
        &[],
        "import asyncio\n\n# about here\nhere\n",
    );
    check(
        "\u{feff}here\n",
        &["asyncio"],
        &[],
        "\u{feff}import asyncio\n\nhere\n",
    );
    check(
        "def here(): pass\nimport os\n",
        &["asyncio"],
        &[],
        "import asyncio\n\n\ndef here(): pass\nimport os\n",
    );
}

#[test]
fn a_percent_cell_gets_it_below_its_marker() {
    check(
        "# %% a\nimport time\nhere\n",
        &["asyncio"],
        &[],
        "# %% a\nimport asyncio\nimport time\nhere\n",
    );
    check(
        "# %% a\nx = 1\n\n# %%\nhere\n",
        &["asyncio"],
        &[],
        "# %% a\nimport asyncio\n\nx = 1\n\n# %%\nhere\n",
    );
    check(
        "# %%\nx = 1\n\n# %%\nimport os\n\n# %%\nhere\n",
        &["zlib"],
        &[],
        "# %%\nx = 1\n\n# %%\nimport os\nimport zlib\n\n# %%\nhere\n",
    );
}

#[test]
fn a_notebook_gets_it_in_a_cell_before_its_use() {
    check_cells(
        "import time\n\nP = 1|here",
        &["asyncio"],
        &[],
        "import asyncio\nimport time\n\nP = 1|here",
    );
    check_cells(
        "a = 1|import abc|here",
        &["asyncio"],
        &[],
        "a = 1|import abc\nimport asyncio|here",
    );
    check_cells(
        "%load_ext a\nb = 1|here",
        &["asyncio"],
        &[],
        "%load_ext a\nimport asyncio\n\nb = 1|here",
    );
    check_cells(
        "%%time\nb = 1|here",
        &["asyncio"],
        &[],
        "%%time\nb = 1|import asyncio\n\nhere",
    );
    check_cells(
        "%%time\nhere|b",
        &["asyncio"],
        &[],
        "%%time\nimport asyncio\n\nhere|b",
    );
    check_cells(
        "import broken(|here",
        &["asyncio"],
        &[],
        "import broken(|import asyncio\n\nhere",
    );
}

#[test]
fn an_old_import_goes_with_its_line() {
    check(
        "import time\nfrom asyncio import a\n",
        &[],
        &["time"],
        "from asyncio import a\n",
    );
    check(
        "def f():\n    import time\n\n    for a in b:\n        c\n",
        &[],
        &["time"],
        "def f():\n    for a in b:\n        c\n",
    );
    check(
        "import os\nfrom functools import partial\n\n\na\n",
        &[],
        &["partial"],
        "import os\n\n\na\n",
    );
    check(
        "from asyncio import gather, run as arun\n",
        &[],
        &["arun"],
        "from asyncio import gather\n",
    );
    check("import time; import os\n", &[], &["time"], "import os\n");
    check("import os, time\n", &[], &["time"], "import os\n");
    check_cells("import a\nimport b|import b|c", &[], &["b"], "import a||c");
}

#[test]
fn an_old_import_stays_where_it_can_not_go() {
    for text in [
        "import time  # noqa\n",
        "from time import a, time  # noqa\n",
        "try:\n    import time\nexcept E:\n    a\n",
        "def f():\n    import time\n",
    ] {
        check(text, &[], &["time"], text);
    }
}
