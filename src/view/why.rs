//! Why one page points to another, in words: "named by T3", "facilitated it".

use crate::model::site::{Edge, Relation};

/// The reason of an edge, from the point of view of what it points to.
pub fn why(edge: &Edge) -> String {
    let part = edge.from_part.as_deref();

    match edge.relation {
        Relation::Link => match &edge.to_part {
            Some(to) => format!("links to {to}"),
            None => "links here".to_owned(),
        },
        Relation::Field(section, field) => of_field(section, field, part, edge.to_part.as_deref()),
    }
}

fn of_field(section: &str, field: &str, part: Option<&str>, to: Option<&str>) -> String {
    let name = part.unwrap_or("it");
    let text = match (section, field) {
        ("text", _) => "links here",
        ("owners", _) => "answers for it",
        ("authors", _) => "wrote it",
        ("reviewers", _) => "reviewed it",
        ("services", _) => "is about it",
        ("tags", _) => "has this tag",
        ("related", _) => "names it as related",
        ("cwe", _) => "explains this weakness",
        ("owasp", _) => "belongs to this category",
        ("asvs", _) => "helps to meet it",
        ("cve", _) => "explains it",
        ("rules", _) => "explains its rules",
        ("skills", "skills") => "is prevented by this skill",
        ("skills", _) => "teaches it",
        ("components", _) => return format!("has it as component {name}"),
        ("threats", "cwe") => return format!("expects it in {name}"),
        ("threats", "findings") => return format!("explains {name}"),
        ("threats", "by") => return format!("accepted {name}"),
        ("requirements", "owner") => return format!("owns {name}"),
        ("requirements", "asvs") => return format!("meets it with {name}"),
        ("requirements" | "improvements", "by") => return format!("verified {name}"),
        ("improvements", "delivery") => return format!("owns {name} for delivery"),
        ("improvements", "security") => return format!("owns {name} for security"),
        ("incident", _) => "happened to it",
        ("facilitator", _) => "facilitated it",
        ("participants", _) => "took part",
        ("responders", _) => "responded",
        ("threat_models", _) => "tests this model",
        ("findings", _) => "this happened there",
        ("modules", _) => "taught by this module",
        ("prerequisites", _) => "builds on it",
        ("practice_on", _) => "practises on it",
        ("achievements", "module") => "took it",
        ("achievements", "evidence") => "shown as evidence",
        ("achievements", "verified_by") => "signed off by them",
        ("mentors", _) => "mentored by them",
        ("team", _) => "is in the team",
        ("curriculum", _) => "follows it",
        _ => "refers to it",
    };
    match to {
        Some(to) => format!("{text} ({to})"),
        None => text.to_owned(),
    }
}
