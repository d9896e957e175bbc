//! The provider: what it does with a token, and what becomes of its answers.

use super::super::procedure::{Event, Refusal, Step};
use super::acts::Provider;
use super::world::{Answer, Explored, Token, World, chain};

impl Explored {
    pub(super) fn arrive(&self, world: &mut World, replica: usize, how: Provider) {
        if matches!(how, Provider::Fails | Provider::FailsAfter) {
            world.left.troubles -= 1;
        }
        let sent = world.replicas[replica].was_read().token;
        let (answer, rotated) = self.provide(world, sent, how);
        world.lost[chain(sent)] |= rotated && how == Provider::FailsAfter;
        world.replicas[replica].answer = Some(answer);
    }

    /// The answer reaches the replica; `None` where there is none.
    pub(super) fn deliver(world: &mut World, replica: usize) -> Option<Event> {
        let it = &mut world.replicas[replica];
        Some(match it.answer.take()? {
            Answer::Granted(token) => {
                it.fresh = Some(token);
                Event::Granted
            }
            Answer::Failed(refusal) => Event::Failed(refusal),
        })
    }

    /// A request whose sender is gone is acted on.
    pub(super) fn arrive_stray(&self, world: &mut World) -> Option<()> {
        let sent = world.stray.take()?;
        let (_, rotated) = self.provide(world, sent, Provider::Fair);
        world.lost[chain(sent)] |= rotated;
        Some(())
    }

    /// Nobody waits for the answer any more.
    pub(super) fn give_up(&self, world: &mut World, replica: usize) {
        let it = &mut world.replicas[replica];
        let asking = matches!(it.step, Some(Step::Ask(_)));
        match it.answer.take() {
            Some(Answer::Granted(token)) => {
                world.lost[chain(token)] |= self.rotates && !Self::stored(world, token);
            }
            Some(Answer::Failed(_)) => {}
            None if asking => world.stray = it.read.map(|read| read.token),
            None => {}
        }
    }

    /// What the provider does with a refresh token; whether it rotated.
    fn provide(&self, world: &mut World, sent: Token, how: Provider) -> (Answer, bool) {
        let chain = chain(sent);
        if how == Provider::Fails {
            return (Answer::Failed(Refusal::Other), false);
        }
        if world.withdrawn || world.live[chain] != sent {
            let refusal = match how {
                Provider::Conflict => Refusal::Conflict,
                _ => Refusal::Spent,
            };
            return (Answer::Failed(refusal), false);
        }
        if self.rotates {
            world.live[chain] += 1;
        }
        let answer = match how {
            Provider::FailsAfter => Answer::Failed(Refusal::Other),
            _ => Answer::Granted(world.live[chain]),
        };
        (answer, self.rotates)
    }
}
