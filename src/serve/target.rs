//! What a request asks for.
//!
//! In: the target of a request line. Out: its path and its query, percent-decoded once, or why it is refused. A path that
//! gets through is only ever looked up in a map; that it holds no `..` and no second kind of slash is the belt to that.

/// A decoded path, which begins with `/`, and the decoded pairs of the query.
pub(super) type Target = (String, Vec<(String, String)>);

/// Reads a target in origin form (RFC 9112, section 3.2.1); the other forms are for proxies.
pub(super) fn parse(target: &str) -> Result<Target, &'static str> {
    if target.bytes().any(|byte| !(0x21..=0x7e).contains(&byte) || byte == b'#') {
        return Err("The target of the request holds a character that has to be percent-encoded.");
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let segments = path.strip_prefix('/').ok_or("The target of the request has to begin with a slash.")?;
    let mut decoded = String::with_capacity(path.len());
    let mut left = segments.split('/').peekable();
    while let Some(segment) = left.next() {
        decoded.push('/');
        decoded.push_str(&name(segment, left.peek().is_none())?);
    }
    let mut pairs = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decode(&key.replace('+', " "))?, decode(&value.replace('+', " "))?));
    }
    Ok((decoded, pairs))
}

/// One name of a path. Only the last one may be empty: then the path ends in a slash. An encoded slash is refused, for
/// it would be a separator to one reader and a letter to the next.
fn name(segment: &str, last: bool) -> Result<String, &'static str> {
    let name = decode(segment)?;
    if name.is_empty() && !last {
        return Err("The path holds two slashes in a row.");
    }
    if name == "." || name == ".." {
        return Err("The path holds a dot segment.");
    }
    if name.contains(|c: char| c == '/' || c == '\\' || c.is_control()) {
        return Err("A name in the path holds a slash, a backslash or a control character.");
    }
    Ok(name)
}

/// Undoes the percent-encoding, once and strictly: two hexadecimal digits after every `%`, UTF-8 in the end, no NUL.
fn decode(text: &str) -> Result<String, &'static str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c == '%' {
            let mut digit = || rest.next().and_then(|c| c.to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
            let (Some(high), Some(low)) = (digit(), digit()) else {
                return Err("A percent sign is not followed by two hexadecimal digits.");
            };
            bytes.push(high * 16 + low);
        } else {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    if bytes.contains(&0) {
        return Err("The target of the request holds a NUL.");
    }
    String::from_utf8(bytes).map_err(|_| "The target of the request is not UTF-8.")
}
