//! `patchbay user role`

use std::process::ExitCode;

use super::{role_named, with_people};
use crate::activity::By;
use crate::cli::{Failed, Outcome, print_line, refuse};
use crate::identity::{People, Person, Role, check_email};
use crate::owner::Owner;

#[derive(clap::Args)]
pub(in crate::cli) struct Arguments {
    /// Whose role it is.
    #[arg(long)]
    email: String,
    /// What they may do from now on: admin or member.
    #[arg(long)]
    role: String,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let (email, role) = read(&arguments)?;
    let changed = with_people(async |people| change(&people, &email, role).await);
    let Owner { org, user } = changed.await??;
    print_line(format_args!(
        "{user} is {} in {org} from now on.",
        role.name()
    ))?;
    Ok(ExitCode::SUCCESS)
}

async fn change(people: &People, email: &str, role: Role) -> Result<Owner, Failed> {
    let person = people.find(email).await?.filter(Person::is_member);
    let person = person.ok_or_else(|| format!("nobody has an account of {email}"))?;
    let by = By::operator();
    people.set_role(&person.owner, role, &by).await?;
    Ok(person.owner)
}

/// Who is meant, or all that is wrong with the arguments.
fn read(arguments: &Arguments) -> Result<(String, Role), Failed> {
    let email = check_email(&arguments.email).map_err(|bad| format!("--email {bad}"));
    let role = role_named(&arguments.role);
    let problems = [email.as_ref().err(), role.as_ref().err()];
    refuse(problems.into_iter().flatten().cloned().collect())?;
    Ok((email?, role?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_named() {
        let arguments = |email: &str, role: &str| Arguments {
            email: email.to_owned(),
            role: role.to_owned(),
        };
        let good = read(&arguments("Ada@Example.com", "admin")).expect("good arguments");
        assert_eq!(good, ("ada@example.com".to_owned(), Role::Admin));
        let said = read(&arguments("ada", "king")).expect_err("problems");
        let said = said.to_string();
        for part in ["--email is not an email", "--role: 'king'"] {
            assert!(said.contains(part), "{said}");
        }
    }
}
