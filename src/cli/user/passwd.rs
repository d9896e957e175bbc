//! `patchbay user passwd`

use std::process::ExitCode;

use super::with_people;
use crate::activity::By;
use crate::cli::{Failed, Outcome, first_line, print_line};
use crate::identity::{People, Person, check_email};

#[derive(clap::Args)]
pub(in crate::cli) struct Arguments {
    /// Whose password it is.
    #[arg(long)]
    email: String,
    /// Read the new password from standard input. Without it nothing is done.
    #[arg(long, required = true)]
    password_stdin: bool,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let email = check_email(&arguments.email).map_err(|bad| format!("--email {bad}"))?;
    let password = first_line::from_stdin("password")?;
    with_people(async |people: People| -> Result<(), Failed> {
        let person = people.find(&email).await?.filter(Person::is_member);
        let person = person.ok_or_else(|| format!("nobody has an account of {email}"))?;
        Ok(people
            .set_password(&person.owner, &password, &By::operator())
            .await?)
    })
    .await??;
    print_line(format_args!(
        "Set the password of {email}. Their sessions are over."
    ))?;
    Ok(ExitCode::SUCCESS)
}
