//! What is asked for in a repository → the words of the program that migrates it, and a name for all of it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};
use sha2::{Digest, Sha256};

use super::campaign::{Campaign, Verify};
use super::member::Member;

/// Returns the words; what the checks say goes to `checks`.
pub fn words(campaign: &Campaign, member: &Member, checks: &Path) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    let fixed = ["migrate", "--quiet", "--commit", "--format", "json"];
    words.extend(fixed.map(OsString::from));
    words.extend(choosing(campaign, member).into_iter().map(OsString::from));
    if let Some(verify) = &member.wants.verify {
        words.extend(verifying(verify).into_iter().map(OsString::from));
        words.extend(["--verify-log".into(), checks.into()]);
    }
    let folders = campaign.folders.iter().map(|folder| ("--recipes", folder));
    let decisions = member.decisions.iter().map(|path| ("--decisions", path));
    for (name, path) in folders.chain(decisions) {
        words.extend([name.into(), path.into()]);
    }
    if !campaign.is_configured {
        words.push("--isolated".into());
    }
    words.push("--".into());
    match member.paths.is_empty() {
        true => words.push(".".into()),
        false => words.extend(member.paths.iter().map(OsString::from)),
    }
    words
}

/// Returns the words that say which changes are meant, and how each is committed.
fn choosing(campaign: &Campaign, member: &Member) -> Vec<String> {
    let wants = &member.wants;
    let lists = [("select", &wants.select), ("ignore", &wants.ignore)];
    let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
    let mut words: Vec<String> = lists
        .map(|(name, list)| format!("--{name}={}", list.join(",")))
        .collect();
    let params = wants.params.iter();
    words.extend(params.map(|param| format!("--param={param}")));
    let safety = wants.safety.iter();
    words.extend(safety.map(|level| format!("--safety={level}")));
    // That of one commit is made of those of these.
    if let Some(message) = &campaign.commits.message
        && !campaign.commits.is_one
    {
        words.push(format!("--message={message}"));
    }
    words
}

/// Returns the words for what has to pass.
fn verifying(verify: &Verify) -> Vec<String> {
    let commands = verify.commands.iter();
    let mut words: Vec<String> = commands.map(|it| format!("--verify={it}")).collect();
    if let Some(limit) = verify.limit {
        words.push(format!("--verify-limit={}ms", limit.as_millis()));
    }
    if !verify.before {
        words.push("--no-verify-before".to_owned());
    }
    words
}

/// Returns a name for what is asked for: another select, decision or message has another, wherever the campaign lies;
/// `recipes` names the recipes of a user's own.
pub fn name_of(recipes: &str, campaign: &Campaign, member: &Member) -> String {
    let mut hash = Hash::default();
    hash.add(recipes.as_bytes());
    let verify = member.wants.verify.iter().flat_map(verifying);
    let words = choosing(campaign, member).into_iter().chain(verify);
    words.for_each(|word| hash.add(word.as_bytes()));
    let more = (
        &campaign.commits,
        campaign.is_configured,
        &member.reference,
        &member.paths,
    );
    hash.add(format!("{more:?}").as_bytes());
    member.decisions.iter().for_each(|file| hash.add_file(file));
    hash.name()
}

/// Returns a name for all that is in folders.
pub fn digest(folders: &[PathBuf]) -> String {
    let walk = |folder| WalkBuilder::new(folder).standard_filters(false).build();
    let found = folders.iter().flat_map(walk).flatten();
    let mut files: Vec<PathBuf> = found.map(DirEntry::into_path).collect();
    files.retain(|path| path.is_file());
    files.sort();
    let mut hash = Hash::default();
    for file in files {
        hash.add(file.file_name().unwrap_or_default().as_encoded_bytes());
        hash.add_file(&file);
    }
    hash.name()
}

#[derive(Default)]
struct Hash(Sha256);

impl Hash {
    fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes.len().to_le_bytes());
        self.0.update(bytes);
    }

    fn add_file(&mut self, path: &Path) {
        // One that cannot be read is told by the migration.
        self.add(&fs::read(path).unwrap_or_default());
    }

    fn name(self) -> String {
        let bytes = self.0.finalize();
        let bytes = bytes.iter().take(8);
        bytes.map(|byte| format!("{byte:02x}")).collect()
    }
}
