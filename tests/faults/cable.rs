//! A cable between two programs that can be slow, silent or cut: a small TCP proxy on loopback.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How the cable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// What comes in goes out.
    Whole,
    /// Everything takes so much longer, each way.
    Slow(Duration),
    /// Connections stay and are made, and nothing comes through; it does when the cable is whole again.
    Silent,
    /// Connections end, and new ones are refused.
    Cut,
}

/// The cable. It is gone when it is dropped.
pub struct Cable {
    port: u16,
    state: watch::Sender<State>,
}

impl Cable {
    /// A cable to whatever listens at `target`, now or later.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (state, seen) = watch::channel(State::Whole);
        tokio::spawn(accept(listener, target, seen));
        Self { port, state }
    }

    /// Where it begins.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Changes how it is.
    pub fn set(&self, state: State) {
        self.state.send_replace(state);
    }
}

/// Until the cable is dropped.
async fn accept(listener: TcpListener, target: SocketAddr, mut seen: watch::Receiver<State>) {
    let mut lines = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((near, _)) = accepted {
                    lines.spawn(carry(near, target, seen.clone()));
                }
            }
            changed = seen.changed() => if changed.is_err() { return },
            Some(_) = lines.join_next() => {}
        }
    }
}

/// One connection, to its end.
async fn carry(near: TcpStream, target: SocketAddr, seen: watch::Receiver<State>) {
    if *seen.borrow() == State::Cut {
        return;
    }
    let Ok(far) = TcpStream::connect(target).await else {
        return;
    };
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    tokio::select! {
        () = pump(near_in, far_out, seen.clone()) => {}
        () = pump(far_in, near_out, seen.clone()) => {}
        () = until_cut(seen) => {}
    }
}

async fn until_cut(mut seen: watch::Receiver<State>) {
    let _ = seen.wait_for(|state| *state == State::Cut).await;
}

async fn pump(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut seen: watch::Receiver<State>,
) {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let Ok(read @ 1..) = from.read(&mut bytes).await else {
            return;
        };
        let passable = seen.wait_for(|state| *state != State::Silent).await;
        let state = passable.map(|state| *state);
        if let Ok(State::Slow(delay)) = state {
            tokio::time::sleep(delay).await;
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
