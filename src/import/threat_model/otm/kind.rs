//! What a component is, by the words of its type, which the standard leaves to the tools: `aws-rds`, `PostgreSQL`, `s3-bucket`, `web-client`.
//!
//! In: a type. Out: a word of `type`, and whether the type said it outright.

/// What a component is when its type says nothing else.
pub const PROCESS: &str = "process";
const STORE: &str = "store";
const ACTOR: &str = "actor";
const EXTERNAL: &str = "external";

/// What is not ours.
const EXTERNALS: &str =
    "external externals thirdparty 3rdparty saas vendor partner supplier genericclient externalentity";
/// People, and what they hold in their hands.
const ACTORS: &str = "actor actors user users enduser browser webbrowser client clients webclient human person people mobile customer admin administrator operator employee staff attacker visitor";
/// What keeps data, as a word of its own.
const STORES: &str = "db store storage s3 rds ebs efs sql mssql oracle cassandra aurora redshift blob bucket buckets queue queues sqs rabbitmq kafka topic cache disk volume vault warehouse lake filesystem nfs backup";
/// What keeps data, wherever it stands in a type.
const STORED: &str = "database datastore datalake datawarehouse postgres mysql mariadb mongo dynamo redis memcache sqlite sqlserver elasticsearch opensearch firestore filesystem bucket cosmos";
/// What runs, whatever it works with: a `queue-worker`, a `user-api`.
const RUNS: &str = "worker api proxy function lambda consumer producer job gateway microservice handler processor";

/// The sort of a component, and whether its type says so outright.
pub fn of(said: &str) -> (&'static str, bool) {
    let said = said.to_lowercase();
    if let Some(word) = [PROCESS, STORE, ACTOR, EXTERNAL].into_iter().find(|word| *word == said) {
        return (word, true);
    }
    let words: Vec<&str> = said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (guess(&words), false)
}

/// Whether a list of words has this one.
fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

fn guess(words: &[&str]) -> &'static str {
    let whole = words.concat();
    let any = |list: &str| has(list, &whole) || words.iter().any(|word| has(list, word));
    let last = words.last().copied().unwrap_or_default();
    // `documentdb`, `azuresql`: a name of a product that ends in what it is.
    let product = |word: &&str| word.ends_with("db") || word.ends_with("sql");
    if any(EXTERNALS) || whole.contains("thirdparty") {
        EXTERNAL
    } else if has(RUNS, last) {
        PROCESS
    } else if any(STORES) || STORED.split(' ').any(|part| whole.contains(part)) || words.iter().any(product) {
        STORE
    } else if any(ACTORS) && last != "service" && last != "server" {
        ACTOR
    } else {
        PROCESS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_by_their_words() {
        for (kind, words) in [
            (
                STORE,
                "db database data-store datastore DataStore s3 rds aws-rds aws-dynamodb CD-DYNAMODB queue message-queue redis sqlserver \
                 SQL-Server postgres postgresql-db PostgreSQL mysql mongodb bucket s3-bucket storage file-storage cache redis-cache documentdb \
                 azure-sql blob_storage data.lake sqs kafka-topic file-system elasticsearch database-service",
            ),
            (
                ACTOR,
                "user end-user browser web-browser client web-client mobile-client mobile actor person human customer",
            ),
            (EXTERNAL, "external external-entity third-party third_party_service saas generic-client partner-system"),
            (
                PROCESS,
                "web-service web-app lambda CD-EC2 ec2 empty-component queue-worker user-api user-service client-gateway records cards \
                 dashboard container-registry iot-device server toolkit",
            ),
        ] {
            for word in words.split_whitespace() {
                assert_eq!(of(word).0, kind, "{word}");
            }
        }
        assert_eq!((of("store").1, of("Store").1, of("stores").1, of("").0), (true, true, false, PROCESS));
    }
}
