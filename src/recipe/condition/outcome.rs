//! How a site ends: what is known of the end that it is given.

use crate::recipe::word::words;

/// What had to be done to end what a site begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The site may run many times in the life of its owner.
    Many,
    /// What runs waits for code that is not of this file nor of Python's own, or may take its own end
    /// for that of another thing.
    NotRead,
    /// The teardown sets a flag that what runs looks at.
    Told,
    /// The owner had no teardown of its own.
    TeardownCreated,
    /// The teardown was also registered by the change.
    TeardownRegistered,
    /// The owner has a way of its own to start what it ends.
    OwnStart,
    /// The teardown is a plain def, which cannot wait.
    NotAwaited,
    /// The teardown is not come to on every way out.
    NotAlwaysReached,
    /// The teardown may leave before its last line, perhaps because the owner is still in use.
    LeavesEarly,
    /// What ends it stands behind a `yield` that no `finally` is around: an exception there leaves it out.
    BareYield,
    /// A notebook keeps it: cells share their names and their loop.
    OwnerNotebook,
    /// The teardown may run where the site did not.
    MayLack,
    /// What runs has no loop that only ends when it is cancelled.
    EndsItself,
    /// So it is, and it waits in another loop: cancelled, it loses what it is at.
    WorksOff,
    /// The teardown goes with another method than the one that begins it.
    OtherPair,
    /// The teardown waits for what it does not end itself.
    WaitsForOthers,
    /// Something of it is not on the closed list of what surely ends without harm; `{why}` tells what.
    NotQuiet,
    /// Nobody owns it: the site is a finding.
    Unowned,
}

words!(Outcome: Many "many", NotRead "not-read", Told "told", TeardownCreated "teardown-created", TeardownRegistered "teardown-registered", OwnStart "own-start", NotAwaited "not-awaited", NotAlwaysReached "not-always-reached", LeavesEarly "leaves-early", BareYield "bare-yield", OwnerNotebook "owner-notebook", MayLack "may-lack", EndsItself "ends-itself", WorksOff "works-off", WaitsForOthers "waits-for-others", OtherPair "other-pair", NotQuiet "not-quiet", Unowned "unowned");
