//! What a condition asks of a function, in YAML → [`FunctionWord`].

use super::bound::Bound;
use super::compiler::{Compiler, texts};
use super::condition::all_words;
use crate::recipe::condition::{AnnotatedPart, Awaits, Callers, FunctionWord, Guarded, Used};
use crate::recipe::error::Complaint;
use crate::recipe::pattern::Root;
use crate::recipe::yaml::Node;

impl Compiler<'_> {
    pub(super) fn function_word(
        &mut self,
        key: &str,
        value: &Node,
        bound: &Bound,
    ) -> Option<FunctionWord> {
        Some(match key {
            "role" => FunctionWord::Role(self.roles(key, value)?),
            "has" => FunctionWord::Has(self.patterns(key, value, bound)?),
            "decorated" => FunctionWord::Decorated(self.decorators(key, value, bound)?),
            "run-by" => FunctionWord::RunBy(self.captured(key, value, bound)?),
            "generator" => FunctionWord::Generator(value.text()? == "true"),
            "annotated" => FunctionWord::Annotated(all_words(value, AnnotatedPart::from_word)?),
            "takes" => FunctionWord::Takes(texts(value)),
            "yields" => FunctionWord::Yields(self.captured(key, value, bound)?),
            "awaits" => FunctionWord::Awaits(all_words(value, Awaits::from_word)?),
            "callers" => FunctionWord::Callers(all_words(value, Callers::from_word)?),
            "reaches" => FunctionWord::Reaches(self.patterns(key, value, bound)?),
            "used-otherwise-than" => FunctionWord::UsedOtherwiseThan(Box::new(Used {
                id: self.word_id(key, value),
                patterns: self.patterns(key, value, bound)?,
            })),
            _ => return None,
        })
    }

    /// Patterns of decorators begin with `@`.
    fn decorators(&mut self, key: &str, value: &Node, bound: &Bound) -> Option<Vec<Guarded>> {
        let patterns = self.patterns(key, value, bound)?;
        let is_decorator = |guarded: &Guarded| matches!(guarded.pattern.root, Root::Decorator(_));
        if !patterns.iter().all(is_decorator) {
            let complaint = Complaint::not_of_sort(value.span.start(), "a decorator");
            self.add(key, complaint.expected("a pattern such as `\"@app.task\"`"));
        }
        Some(patterns)
    }
}
