//! What runs where a class makes an instance?

use ruff_python_ast::{ExprRef, StmtClassDef};

use super::given::Given;
use super::{INIT, MAKERS, Search};
use crate::bind::base::Base;
use crate::matching::site::any;
use crate::recipe::answer::Answer;

impl<'a> Search<'_, '_, 'a> {
    /// A class makes its instance by methods of its own or of a base.
    pub(super) fn class(&mut self, class: &'a StmtClassDef, given: &Given<'a>) -> Answer {
        let methods = class.body.iter().filter_map(|it| it.as_function_def_stmt());
        let makers = methods.filter(|method| MAKERS.contains(&method.name.as_str()));
        let makers: Vec<_> = makers.collect();
        let own = any(&makers, |maker| self.function(maker, given, true));
        let has_own = makers.iter().any(|maker| maker.name.as_str() == INIT);
        let visit = (self.site.subject.tree.id(class), self.known.clone());
        if has_own || !self.seen.insert(visit) {
            return own;
        }
        // An instance is one of what the class is made from, and of the values its fields ask for.
        let own = own.or(any(class.bases(), |base| self.fits(base.into())));
        let own = own.or(self.fields(class));
        let bases = any(self.site.subject.resolver.bases(class), |base| match base {
            Base::Here(base) => self.class(base, given),
            Base::There(name) => self.of_name(&name).unwrap_or_else(|| {
                self.unread.get_or_insert(name);
                Answer::Unknown
            }),
            Base::Unread(base) => self.unread(base),
        });
        own.or(bases)
    }

    /// A decorator of Python's own writes a maker that calls what the fields of the class are given; another
    /// one may.
    fn fields(&mut self, class: &'a StmtClassDef) -> Answer {
        let decorators = &class.decorator_list;
        if decorators.is_empty() {
            return Answer::No;
        }
        let fields = class.body.iter().filter_map(|it| it.as_ann_assign_stmt());
        let calls = fields.filter_map(|field| field.value.as_deref()?.as_call_expr());
        let given = calls.flat_map(|call| &call.arguments.keywords);
        let given: Vec<ExprRef> = given.map(|it| (&it.value).into()).collect();
        let called = any(given, |value| self.fits(value.into()).or(self.given(value)));
        match decorators.iter().any(|it| self.decorator(it) == Answer::No) {
            true => called,
            false => called.and(Answer::Unknown),
        }
    }
}
