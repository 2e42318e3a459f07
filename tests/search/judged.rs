//! Judged queries over the sample: what must be found, and how high.

use serde_json::Value;

use super::{RESULTS, ask, build, driver::Browser, open, repository, server};

#[test]
fn judged_queries_find_their_pages() {
    let folder = tempfile::tempdir().unwrap();
    let server = server::start(folder.path(), "/kb/");
    build(repository(), folder.path(), &[]);
    let browser = Browser::start(false);
    open(&browser, &format!("http://127.0.0.1:{}/kb/", server.port));
    let judged: Value = serde_json::from_str(include_str!("judged.json")).unwrap();
    let judged_list = judged.as_array().unwrap();
    assert!(judged_list.len() >= 80);
    let script = format!("const out = []; for (const one of data) {{ {RESULTS} }} return out;");
    // Not all at once: a browser under load is given time for each few.
    let few = judged_list.chunks(10).map(|few| ask(&browser, &script, &serde_json::json!(few)));
    let found: Vec<Value> = few.flat_map(|found| found.as_array().unwrap().clone()).collect();
    let mut sorts: std::collections::BTreeMap<&str, (f64, f64, f64)> = std::collections::BTreeMap::new();
    for (at, one) in judged_list.iter().enumerate() {
        let want = one["want"].as_array().unwrap();
        let rank = found[at].as_array().unwrap().iter().position(|url| want.contains(url));
        let gain = rank.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0));
        let top = if rank.is_some_and(|rank| rank < 3) { 1.0 } else { 0.0 };
        if rank != Some(0) {
            println!("{} is {rank:?}: {}", one["query"], found[at]);
        }
        for sort in [one["sort"].as_str().unwrap(), "all"] {
            let sum = sorts.entry(sort).or_default();
            *sum = (sum.0 + 1.0, sum.1 + gain, sum.2 + top);
        }
    }
    for (sort, (count, gain, top)) in &sorts {
        println!("{sort:<9} {count:>3} queries  MRR@10 {:.3}  success@3 {:.3}", gain / count, top / count);
    }
    let of = |sort: &str| (sorts[sort].1 / sorts[sort].0, sorts[sort].2 / sorts[sort].0);
    assert!(of("all").0 >= 0.90, "MRR@10 is {:.3}", of("all").0);
    assert!(of("all").1 >= 0.95, "success@3 is {:.3}", of("all").1);
    assert!(of("typo").0 >= 0.90, "MRR@10 of typos is {:.3}", of("typo").0);
}
