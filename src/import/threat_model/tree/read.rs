//! JSON and YAML as plain values, each with its line and column.
//!
//! In: the text of a file. Out: [`Data`], in a [`Reader`].

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_yaml::Spanned;

use super::{Reader, Spot};

/// A value as the file has it, and where.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Data {
    pub spot: Option<Spot>,
    pub form: Form,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    Null,
    Flag(bool),
    Number(String),
    Text(String),
    List(Vec<Data>),
    Map(Vec<(String, Data)>),
}

/// Reads JSON.
///
/// # Errors
/// What is not JSON: the message, with line and column.
pub fn json(text: &str) -> Result<Reader, serde_json::Error> {
    let mut data = Data::from(serde_json::from_str::<Json>(text)?);
    place(&mut data, &mut spots(text).into_iter());
    Ok(Reader::new(data))
}

/// Reads YAML.
///
/// # Errors
/// What is not YAML, or goes over its limits: the message, on one line.
pub fn yaml(text: &str) -> Result<Reader, String> {
    let options = serde_yaml::options! { emit_comments: false, strict_booleans: true };
    serde_yaml::from_str_with_options::<Spanned<Yaml>>(text, options)
        .map(|value| Reader::new(value.into()))
        .map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())
}

/// A value of JSON, whose reader tells no places.
struct Json(Form);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything::<Self>(PhantomData)).map(Self)
    }
}

impl From<Json> for Data {
    fn from(Json(form): Json) -> Self {
        Self { spot: None, form }
    }
}

/// A value of YAML, whose reader tells the place of each.
struct Yaml(Form);

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything::<Spanned<Self>>(PhantomData)).map(Self)
    }
}

impl From<Spanned<Yaml>> for Data {
    fn from(value: Spanned<Yaml>) -> Self {
        let at = |number: u64| u32::try_from(number).ok().filter(|number| *number > 0);
        let (line, column) = (at(value.referenced.line()), at(value.referenced.column()));
        let spot = line.zip(column).map(|(line, column)| Spot { line, column });
        Self { spot, form: value.value.0 }
    }
}

/// Gives values their places, in the order in which they begin.
fn place(data: &mut Data, spots: &mut impl Iterator<Item = Spot>) {
    data.spot = spots.next();
    match &mut data.form {
        Form::List(items) => items.iter_mut().for_each(|item| place(item, spots)),
        Form::Map(entries) => entries.iter_mut().for_each(|(_, item)| place(item, spots)),
        Form::Null | Form::Flag(_) | Form::Number(_) | Form::Text(_) => {}
    }
}

/// Where each value of sound JSON begins, in the order of the text.
fn spots(text: &str) -> Vec<Spot> {
    let mut spots = Vec::new();
    let mut mappings: Vec<bool> = Vec::new();
    // What stands before a colon is a name and no value.
    let mut name = false;
    let mut spot = Spot { line: 1, column: 0 };
    // A text goes on to its quotation mark, another single value to whatever cannot be in it.
    let (mut quoted, mut escaped, mut single) = (false, false, false);
    for c in text.chars() {
        spot.column = spot.column.saturating_add(1);
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '\n' => spot = Spot { line: spot.line.saturating_add(1), column: 0 },
            ',' => name = mappings.last().copied().unwrap_or(false),
            ':' => name = false,
            ']' | '}' => drop(mappings.pop()),
            '[' | '{' => {
                spots.push(spot);
                mappings.push(c == '{');
                name = c == '{';
            }
            '"' => {
                spots.extend((!name).then_some(spot));
                quoted = true;
            }
            _ if c.is_whitespace() || single => {}
            _ => spots.push(spot),
        }
        single = c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
    }
    spots
}

/// Takes whatever comes; members are read as `M`, which knows where they stand, or does not.
struct Anything<M>(PhantomData<M>);

impl<'de, M: Deserialize<'de> + Into<Data>> Visitor<'de> for Anything<M> {
    type Value = Form;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Form, E> {
        Ok(Form::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Form, E> {
        Ok(Form::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Form, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Form, E> {
        Ok(Form::Flag(flag))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Form, E> {
        Ok(Form::Number(number.to_string()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Form, E> {
        Ok(Form::Number(number.to_string()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Form, E> {
        // As JSON writes it: 1e300 has no three hundred digits.
        Ok(Form::Number(
            serde_json::Number::from_f64(number).map_or_else(|| number.to_string(), |number| number.to_string()),
        ))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Form, E> {
        Ok(Form::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Form, E> {
        Ok(Form::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Form, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<M>()? {
            list.push(item.into());
        }
        Ok(Form::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Form, A::Error> {
        let mut map = Vec::new();
        while let Some((key, item)) = entries.next_entry::<String, M>()? {
            map.push((key, item.into()));
        }
        Ok(Form::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every value with its place, as `line:column form`.
    fn told(data: &Data, into: &mut Vec<String>) {
        let spot = data.spot.map_or_else(|| "?".to_owned(), |spot| format!("{}:{}", spot.line, spot.column));
        let form = match &data.form {
            Form::List(_) => "list".to_owned(),
            Form::Map(_) => "map".to_owned(),
            Form::Null => "null".to_owned(),
            Form::Flag(flag) => flag.to_string(),
            Form::Number(text) | Form::Text(text) => text.clone(),
        };
        into.push(format!("{spot} {form}"));
        match &data.form {
            Form::List(items) => items.iter().for_each(|item| told(item, into)),
            Form::Map(entries) => entries.iter().for_each(|(_, item)| told(item, into)),
            _ => {}
        }
    }

    fn of_json(text: &str) -> Vec<String> {
        let mut data = Data::from(serde_json::from_str::<Json>(text).unwrap());
        place(&mut data, &mut spots(text).into_iter());
        let mut all = Vec::new();
        told(&data, &mut all);
        all
    }

    #[test]
    fn values_of_json_have_their_places() {
        let text = "{\"ü\": \"a\\\"b: [\", \"n\": [-1.5e3,true,\n  null, {}, \"\"],\r\n\t\"n\": {\"x\":\"\\\\\"} }";
        let wanted = [
            "1:1 map",
            "1:7 a\"b: [",
            "1:23 list",
            "1:24 -1500.0",
            "1:31 true",
            "2:3 null",
            "2:9 map",
            "2:13 ",
            "3:7 map",
            "3:12 \\",
        ];
        assert_eq!(of_json(text), wanted);
        assert_eq!(of_json("  7 "), ["1:3 7"]);
    }

    #[test]
    fn values_of_yaml_have_their_places() {
        let text = "a: &x {b: 1}\nc:\n  - *x\n  - ü: true\n    <<: *x\n";
        let value: Spanned<Yaml> = serde_yaml::from_str(text).unwrap();
        let mut all = Vec::new();
        told(&value.into(), &mut all);
        // What an alias stands for is told where the alias stands, as far as YAML's reader knows.
        assert_eq!(all.get(..3), Some(&["1:1 map".to_owned(), "1:7 map".to_owned(), "1:11 1".to_owned()][..]));
        assert_eq!(all.get(3..6), Some(&["3:3 list".to_owned(), "3:5 map".to_owned(), "3:5 1".to_owned()][..]));
        assert_eq!(all.get(6..), Some(&["4:5 map".to_owned(), "4:8 true".to_owned(), "5:9 1".to_owned()][..]));
    }
}
