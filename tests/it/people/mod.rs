//! People with accounts of their own: the first run, signing in, where one is signed in, passwords, the command line.

mod command;
mod first_run;
mod password;
mod sessions;
mod sign_in;
