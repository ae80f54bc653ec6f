//! Demo data for an empty database: five people with one random password, two organizations, and
//! documents.

use authgate::password::Passwords;
use sqlx::AnyConnection;

use crate::db::{new_id, now};

/// The addresses of the people, with what they can do.
pub const PEOPLE: [(&str, &str, &str); 5] = [
    ("ada@example.com", "Ada Lovelace", "owner of Acme"),
    ("ed@example.com", "Ed Roberts", "editor in Acme, viewer in Globex"),
    ("vera@example.com", "Vera Rubin", "viewer in Acme"),
    ("grace@example.com", "Grace Hopper", "owner of Globex"),
    ("sam@example.com", "Sam Staff", "staff: the admin area"),
];

/// Returns a password and its hash.
pub async fn password() -> Result<(String, String), Box<dyn std::error::Error>> {
    let password: String = new_id().chars().take(16).collect();
    let hash = Passwords::new().hash(&password).await?;
    Ok((password, hash))
}

/// Adds the data, and returns `true`, if there are no users.
pub async fn fill(db: &mut AnyConnection, hash: &str) -> Result<bool, sqlx::Error> {
    let users: i64 = sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&mut *db).await?;
    if users > 0 {
        return Ok(false);
    }
    let mut ids = Vec::new();
    for (email, name, _) in PEOPLE {
        let id = new_id();
        let query = "INSERT INTO users (id, email, name, password, staff) VALUES ($1, $2, $3, $4, $5)";
        let query = sqlx::query(query).bind(&id).bind(email).bind(name).bind(hash);
        query.bind(i64::from(email.starts_with("sam@"))).execute(&mut *db).await?;
        ids.push(id);
    }
    let [ada, ed, vera, grace, _] = ids.as_slice() else { return Ok(true) };
    for (slug, name) in [("acme", "Acme"), ("globex", "Globex")] {
        let query = sqlx::query("INSERT INTO orgs (slug, name) VALUES ($1, $2)");
        query.bind(slug).bind(name).execute(&mut *db).await?;
    }
    for (org, user, role) in [
        ("acme", ada, "owner"),
        ("acme", ed, "editor"),
        ("acme", vera, "viewer"),
        ("globex", grace, "owner"),
        ("globex", ed, "viewer"),
    ] {
        let query = sqlx::query("INSERT INTO members (org, user_id, role) VALUES ($1, $2, $3)");
        query.bind(org).bind(user).bind(role).execute(&mut *db).await?;
    }
    // `i64`, as in `documents.rs`: a connection prepares equal statements once, with their types.
    for (minutes, org, owner, title, body, open) in [
        (5, "acme", ada, "Holidays", "The office is closed from 24 December to 2 January.", 1_i64),
        (60, "acme", ada, "Salaries", "For the eyes of Ada alone.", 0),
        (600, "acme", ed, "Launch plan", "1. Write it down.\n2. Ask Vera.\n3. Launch.", 0),
        (900, "globex", grace, "Weather machine", "Do not tell Acme.", 1),
    ] {
        let id = new_id();
        let query = "INSERT INTO documents (id, org, owner, title, body, open, updated) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let query = sqlx::query(query).bind(&id).bind(org).bind(owner).bind(title).bind(body).bind(open);
        query.bind(now() - minutes * 60).execute(&mut *db).await?;
        if title == "Launch plan" {
            let query = sqlx::query("INSERT INTO shares (document, reader, can_edit) VALUES ($1, $2, 0)");
            query.bind(&id).bind(vera).execute(&mut *db).await?;
        }
    }
    Ok(true)
}
