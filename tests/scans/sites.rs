//! Small knowledge bases, made in memory.

use tiltyard::model::config::Config;
use tiltyard::model::site::Site;
use tiltyard::pipeline;
use tiltyard::source::SourceTree;

const SCANNERS: &str = "- id: semgrep\n  drivers: [Semgrep OSS]\n- id: bandit\n  name: Bandit\n- id: codeql\n  drivers: [CodeQL]\n- id: zap\n";
const TEAMS: &str = "- id: shop\n- id: depot\n";
const SERVICES: &str = "- id: checkout-api\n  team: shop\n  exposure: external\n  paths: ['services/checkout/**']\n- id: printer\n  team: depot\n  exposure: internal\n  paths: ['services/printer/**', '*.label']\n";

/// A finding's page with these fields beside the required ones.
pub fn finding(fields: &str) -> String {
    let status = if fields.contains("status:") { "" } else { "status: approved\n" };
    let cwe = if fields.contains("cwe:") { "" } else { "cwe: [20]\n" };
    format!(
        "---\ntitle: A finding\n{status}owners: [shop]\nplain: It goes wrong.\nfor_us: checkout-api breaks.\n\
         real_when: [always]\nnoise_when: [never]\nverify: [look]\n\
         release: {{external: block, default: backlog}}\n{cwe}{fields}\n---\n\nText.\n"
    )
}

/// A knowledge base of findings: file stems and their fields.
pub fn site(findings: &[(&str, &str)]) -> Site {
    let mut tree = SourceTree::default();
    tree.insert("content/_data/scanners.yaml", SCANNERS.as_bytes());
    tree.insert("content/_data/teams.yaml", TEAMS.as_bytes());
    tree.insert("content/_data/services.yaml", SERVICES.as_bytes());
    for (stem, fields) in findings {
        tree.insert(&format!("content/findings/{stem}.md"), finding(fields).as_bytes());
    }
    let config = Config { loose: false, ..Config::loose(jiff::civil::date(2026, 11, 2)) };
    let config = Config { content: "content".to_owned(), audiences: vec!["internal".to_owned()], ..config };
    pipeline::inspect(&tree, &config, Vec::new()).value
}
