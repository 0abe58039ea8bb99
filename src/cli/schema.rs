//! `awaitify schema`: the JSON Schemas of what is written and read.

use std::io::Write;

use serde_json::Value;

use super::args::SchemaForm;
use super::exit::Ending;
use super::terminal::Terminal;
use crate::config;
use crate::plan;
use crate::recipe::catalog::Catalog;
use crate::recipe::json_schema::json_schema;
use crate::recipe::schema;
use crate::report;

/// Prints one.
pub(super) fn run(terminal: &mut Terminal, form: SchemaForm) -> anyhow::Result<Ending> {
    let schema: Value = match form {
        SchemaForm::Json => report::json_schema::lines(),
        SchemaForm::Decisions => plan::decision_schema::decisions(),
        SchemaForm::Configuration => config::json_schema::configuration(),
        SchemaForm::Recipe => {
            let catalog = Catalog::shared()?;
            json_schema(&schema::RECIPE, "awaitify recipe", catalog.library())
        }
    };
    writeln!(terminal.out, "{schema:#}")?;
    Ok(Ending::default())
}
