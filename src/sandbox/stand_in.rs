//! What is a stand-in's own. The rest of its frame is the same for all: its state and its counters ([`State`]), the
//! tester's form ([`Change`](super::change::Change)) and pages, the faults on demand
//! ([`traffic`](super::traffic)), and how it is put up ([`Ground`](super::Ground)).

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    change::Actions,
    controls::Controls,
    plan,
    state::{Inner, State},
    traffic::Call,
    truth::Truth,
};

/// A provider's stand-in.
pub trait StandIn: Sized + 'static {
    /// The provider's id in lower case, by which the state file knows the stand-in as well.
    const ID: &'static str;
    /// The provider's name for people.
    const NAME: &'static str;
    /// Every word of [`Self::Fault`] and of [`Self::On`], as forms and JSON write them.
    const FAULTS: &'static [&'static str];
    const TARGETS: &'static [&'static str];
    /// The numbers of [`Self::report`] that stand on the tester's page: name, label.
    const FIGURES: &'static [(&'static str, &'static str)];

    type Controls: Controls;
    /// How a call fails.
    type Fault: plan::Word;
    /// Which calls a fault hits.
    type On: plan::Word;
    /// What people have granted. It survives a restart.
    type Grants: Default + Serialize + DeserializeOwned + Send;
    /// What a restart forgets: limits, cursors, written records.
    type Memory: Default + Send;
    type Call: Call<Self>;

    /// Does what a tester asks for once. The counters are cleared for it.
    fn act(inner: &mut Inner<Self>, actions: &Actions);

    /// What `/_sandbox/state` tells beside controls, counters and truth: an object that never holds a token.
    fn report(inner: &Inner<Self>) -> Value;

    /// What a client should end up with, for each account that people can choose. Where counting takes a while, the
    /// lock is not held over it.
    fn truth(state: &State<Self>) -> Vec<Truth>;
}
