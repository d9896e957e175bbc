//! People with accounts of their own: the first run, signing in, where one is signed in, passwords, the command line.

mod command;
mod first_run;
mod invitations;
mod limits;
mod members;
mod password;
mod refused;
mod sessions;
mod sign_in;
mod trail;
