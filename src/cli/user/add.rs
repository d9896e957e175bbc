//! `patchbay user add`

use std::process::ExitCode;

use secrecy::{ExposeSecret as _, SecretString};

use super::{role_named, with_people};
use crate::activity::By;
use crate::cli::{Failed, Outcome, first_line, print_line, refuse};
use crate::identity::{Coming, NewPerson, check_email, check_password};
use crate::owner::{Owner, check_id};

#[derive(clap::Args)]
pub(in crate::cli) struct Arguments {
    /// The org that they are a member of.
    #[arg(long)]
    org: String,
    /// Their email, by which they sign in; in lower case it is their user id.
    #[arg(long)]
    email: String,
    /// What they may do: admin or member.
    #[arg(long, default_value = "member")]
    role: String,
    /// Read the password from standard input. Without it they can sign in by single sign-on alone.
    #[arg(long)]
    password_stdin: bool,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let password = match arguments.password_stdin {
        true => Some(first_line::from_stdin("password")?),
        false => None,
    };
    let new = read(arguments, password)?;
    let (owner, role) = (new.owner.clone(), new.role);
    with_people(async |people| people.add(new, &By::operator(), Coming::Added).await).await??;
    print_line(format_args!(
        "Made {} an account in {} as {}.",
        owner.user,
        owner.org,
        role.name()
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Who is meant, or all that is wrong with the arguments.
fn read(arguments: Arguments, password: Option<SecretString>) -> Result<NewPerson, Failed> {
    let mut problems = Vec::new();
    let mut say = |problem: String| problems.push(problem);
    let org = check_id(&arguments.org);
    let email = check_email(&arguments.email);
    let role = role_named(&arguments.role);
    if let Err(bad) = &org {
        say(format!("--org {bad}"));
    }
    if let Err(bad) = &email {
        say(format!("--email {bad}"));
    }
    if let Err(bad) = &role {
        say(bad.clone());
    }
    if let Some(password) = &password {
        let about = [&arguments.org[..], &arguments.email];
        if let Err(bad) = check_password(password.expose_secret(), &about) {
            say(format!("the password {bad}"));
        }
    }
    refuse(problems)?;
    Ok(NewPerson {
        owner: Owner {
            org: org?,
            user: email?,
        },
        role: role?,
        password,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Role;

    fn read_with(email: &str, role: &str, password: &str) -> Result<NewPerson, String> {
        let arguments = Arguments {
            org: " acme ".to_owned(),
            email: email.to_owned(),
            role: role.to_owned(),
            password_stdin: true,
        };
        let password = Some(SecretString::from(password));
        read(arguments, password).map_err(|failed| failed.to_string())
    }

    #[test]
    fn good_arguments_name_somebody() {
        let new = read_with("Ada@Example.com", "admin", "teal cord under the lamp");
        let new = new.expect("a person");
        assert_eq!(new.owner.user, "ada@example.com");
        assert_eq!((&new.owner.org[..], new.role), ("acme", Role::Admin));
    }

    #[test]
    fn every_problem_is_named() {
        let said = read_with("ada", "owner", "short").expect_err("problems");
        for part in [
            "--email is not an email",
            "--role: 'owner'",
            "the password is shorter",
        ] {
            assert!(said.contains(part), "{said}");
        }
    }
}
