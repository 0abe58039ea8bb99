//! The keys of a campaign.

use crate::recipe::schema::field::{map, optional, required};
use crate::recipe::shape::Shape;

static TEXTS: Shape = Shape::Any(&Shape::Text);

const LEVELS: Shape = Shape::Word(&["safe", "review"]);

/// What repositories are migrated for.
static RECIPES: Shape = map(&[
    optional(
        "select",
        &TEXTS,
        "only these recipes: ids, areas, packs or globs",
    ),
    optional(
        "ignore",
        &TEXTS,
        "not these recipes: ids, areas, packs or globs",
    ),
    optional(
        "folders",
        &TEXTS,
        "folders with your recipes, relative to this file",
    ),
    optional(
        "params",
        &TEXTS,
        "parameters of recipes, as recipe.name=value",
    ),
    optional("safety", &LEVELS, "the level of the changes"),
    optional(
        "configuration",
        &Shape::Word(&["none", "own"]),
        "whether the repositories' own configuration counts; else: none",
    ),
]);

/// What has to pass.
static VERIFY: Shape = Shape::Either(
    &TEXTS,
    &map(&[
        required("commands", &TEXTS, "commands of the shell"),
        optional(
            "limit",
            &Shape::Text,
            "how long each may run, as 90s or 20m; else: ten times as long as without changes",
        ),
        optional(
            "before",
            &Shape::Flag,
            "whether they have to pass without changes, too; else: true",
        ),
    ]),
);

/// A repository, or several.
static REPOSITORY: Shape = map(&[
    optional("path", &Shape::Text, "a folder, relative to this file"),
    optional("url", &Shape::Text, "what git clones"),
    optional("glob", &Shape::Text, "folders, relative to this file"),
    optional(
        "file",
        &Shape::Text,
        "a file with a path or URL on each line, relative to this one",
    ),
    optional("ref", &Shape::Text, "where the branch begins; else: HEAD"),
    optional("branch", &Shape::Text, "the branch here"),
    optional("select", &TEXTS, "only these recipes here"),
    optional("safety", &LEVELS, "the level here"),
    optional("params", &TEXTS, "parameters of recipes here"),
    optional(
        "decisions",
        &Shape::Text,
        "only what this file accepts, relative to this one",
    ),
    optional("verify", &VERIFY, "what has to pass here"),
    optional("paths", &TEXTS, "only these folders and files of it"),
]);

/// How changes become commits.
static COMMIT: Shape = map(&[
    optional(
        "squash",
        &Shape::Flag,
        "whether a repository gets one commit, not one for each recipe",
    ),
    optional(
        "message",
        &Shape::Text,
        "of each, with {recipe}, {title}, {why} and {sites}; of a squashed one, with {changes}",
    ),
]);

/// What is opened for a branch that is pushed.
static PULL_REQUEST: Shape = map(&[
    optional("title", &Shape::Text, "with {branch} and {changes}"),
    optional(
        "body",
        &Shape::Text,
        "with {branch}, {changes} and {commits}",
    ),
    optional("draft", &Shape::Flag, "whether it is a draft"),
    optional("reviewers", &TEXTS, "who is asked to read it"),
    optional(
        "forge",
        &Shape::Word(&["github", "gitlab"]),
        "where the repositories are hosted; else the host name decides",
    ),
]);

/// What a repository may take.
static LIMITS: Shape = map(&[
    optional("time", &Shape::Text, "as 20m or 2h; else: 1h"),
    optional("disk", &Shape::Text, "as 500 MB or 2 GB; else: any"),
]);

/// A campaign.
pub(super) static CAMPAIGN: Shape = map(&[
    required(
        "repositories",
        &Shape::List(&Shape::Either(&Shape::Text, &REPOSITORY)),
        "a path, a URL, or a map with one of path, url, glob and file",
    ),
    optional("recipes", &RECIPES, "what is changed"),
    required("branch", &Shape::Text, "the branch that gets the commits"),
    optional("commit", &COMMIT, "how changes become commits"),
    optional(
        "verify",
        &VERIFY,
        "commands that pass before; changes that break them are taken back",
    ),
    optional(
        "pull-request",
        &PULL_REQUEST,
        "the request to open for a pushed branch",
    ),
    optional("limits", &LIMITS, "what a repository may take"),
    optional("jobs", &Shape::Text, "repositories at a time; else: 1"),
    optional(
        "workdir",
        &Shape::Text,
        "the folder for trees, logs and the state, relative to this file; by default beside it",
    ),
]);
