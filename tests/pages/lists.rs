//! Lists of very many pages.

use super::{page, site, text};

#[test]
fn a_list_of_very_many_pages_is_complete_and_no_page_of_it_is_long() {
    let files: Vec<(String, String)> =
        (0..650).map(|at| (format!("notes/n{at:03}.md"), format!("# Note {at:03}\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let built = site(&files);
    let list = page(&built, "notes/");
    let mut seen = Vec::new();
    for (address, label, notes) in [
        ("notes/by/n-1-to-300/", "N: 1 to 300", 300),
        ("notes/by/n-301-to-600/", "N: 301 to 600", 300),
        ("notes/by/n-601-to-650/", "N: 601 to 650", 50),
    ] {
        assert!(text(&list).contains(label), "{label}");
        let html = page(&built, address);
        let main = html.split_once("<main").unwrap().1;
        let told: Vec<String> =
            main.match_indices("/n").filter_map(|(at, _)| main.get(at + 1..at + 5)).map(str::to_owned).collect();
        let before = seen.len();
        seen.extend(told.into_iter().filter(|name| name[1..].parse::<u32>().is_ok()));
        seen.dedup();
        assert_eq!(seen.len() - before, notes, "{address}");
    }
    let all: Vec<String> = (0..650).map(|at| format!("n{at:03}")).collect();
    assert_eq!(seen, all);
}
