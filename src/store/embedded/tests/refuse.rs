//! Why a start fails, and what it says.

use super::*;

#[tokio::test]
async fn a_second_patchbay_on_the_same_folder_is_told_so() {
    let place = Place::new();
    let redis = place.start().await;
    let message = place.refused().await;
    let holder = format!(
        "already in use by another Patchbay (process {})",
        std::process::id()
    );
    for part in [
        holder.as_str(),
        &place.data.display().to_string(),
        "PATCHBAY_DATA_DIR",
    ] {
        assert!(message.contains(part), "{message}");
    }
    redis.stop().await.expect("stopped");
    place.start().await.stop().await.expect("free again");
}

#[tokio::test]
async fn a_missing_program_is_named_with_the_way_to_install_it() {
    let place = Place::new();
    let launcher = Launcher {
        programs: &["no-such-redis", "no-such-valkey"],
        options: OPTIONS,
    };
    let error = Embedded::start_with(&place.data, launcher)
        .await
        .expect_err("missing");
    assert!(matches!(error, EmbeddedError::Missing));
    assert!(error.to_string().contains("apt-get install redis-server"));
    assert!(!error.to_string().contains('\n'));
}

#[tokio::test]
async fn one_that_dies_at_the_start_says_why() {
    let place = Place::new();
    let launcher = Launcher {
        options: &["--port", "0", "--no-such-option", "1"],
        ..Launcher::default()
    };
    let error = Embedded::start_with(&place.data, launcher)
        .await
        .expect_err("died");
    assert!(error.to_string().contains("Bad directive"), "{error}");
}

#[tokio::test]
async fn a_data_folder_that_everybody_may_write_is_refused() {
    let place = Place::new();
    fs::create_dir(&place.data).expect("made");
    fs::set_permissions(&place.data, fs::Permissions::from_mode(0o777)).expect("opened");
    assert!(place.refused().await.contains("chmod 700"));
}

#[tokio::test]
async fn a_data_folder_that_is_a_file_is_refused() {
    let place = Place::new();
    fs::write(&place.data, "").expect("written");
    assert!(
        place
            .refused()
            .await
            .starts_with("the data folder cannot be used: ")
    );
}
