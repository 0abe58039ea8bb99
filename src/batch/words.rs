//! What is asked for in a repository → the words of the program that migrates it, and a name for all of it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};
use sha2::{Digest, Sha256};

use super::campaign::Campaign;
use super::member::Member;

/// Returns the words; what the checks say goes to `checks`.
pub(super) fn words(campaign: &Campaign, member: &Member, checks: &Path) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    let fixed = ["migrate", "--quiet", "--commit", "--format", "json"];
    words.extend(fixed.map(OsString::from));
    let mut option = |name: &str, value: &str| words.push(format!("{name}={value}").into());
    let wants = &member.wants;
    let lists = [("--select", &wants.select), ("--ignore", &wants.ignore)];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        option(name, &list.join(","));
    }
    wants
        .params
        .iter()
        .for_each(|param| option("--param", param));
    if let Some(safety) = &wants.safety {
        option("--safety", safety);
    }
    // Of one commit, the message is made of those of these.
    let message = campaign.commits.message.as_ref();
    if let Some(message) = message.filter(|_| !campaign.commits.is_one) {
        option("--message", message);
    }
    if let Some(verify) = &wants.verify {
        let commands = verify.commands.iter();
        commands.for_each(|command| option("--verify", command));
        if let Some(limit) = verify.limit {
            option("--verify-limit", &format!("{}ms", limit.as_millis()));
        }
        if !verify.before {
            words.push("--no-verify-before".into());
        }
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

/// Returns a name for what is asked for: another select, decision or message has another; `recipes` names the recipes of
/// a user's own.
pub fn name_of(recipes: &str, campaign: &Campaign, member: &Member) -> String {
    let mut hash = Hash::default();
    hash.add(recipes.as_bytes());
    for word in words(campaign, member, Path::new("")) {
        hash.add(word.as_encoded_bytes());
    }
    let more = format!("{:?}", (&campaign.commits, &member.reference));
    hash.add(more.as_bytes());
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
    files.iter().for_each(|file| hash.add_file(file));
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
        self.add(path.as_os_str().as_encoded_bytes());
        // One that cannot be read is told by the migration.
        self.add(&fs::read(path).unwrap_or_default());
    }

    fn name(self) -> String {
        let bytes = self.0.finalize();
        let bytes = bytes.iter().take(8);
        bytes.map(|byte| format!("{byte:02x}")).collect()
    }
}
