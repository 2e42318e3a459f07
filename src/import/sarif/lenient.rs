//! Reading JSON leniently: a shape takes what it knows and passes over the rest, whatever its type.
//!
//! serde's derived readers refuse a whole document for one value of a wrong type. Here a wrong type is only missing, and
//! what is passed over is passed over without recursion and without memory.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What a value may look like. Every method has to use up the value that it is given; the ones here pass it over.
pub trait Shape {
    /// A member of an object.
    fn member<'de, A: MapAccess<'de>>(&mut self, _key: &str, map: &mut A) -> Result<(), A::Error> {
        map.next_value::<IgnoredAny>().map(|_| ())
    }

    /// The next item of a list; false when there is none.
    fn item<'de, A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        Ok(list.next_element::<IgnoredAny>()?.is_some())
    }

    /// A text.
    fn text(&mut self, _text: &str) {}

    /// A whole number.
    fn number(&mut self, _number: i64) {}

    /// The value is an object.
    fn is_object(&mut self) {}
}

/// Gives a shape the next value.
pub struct Take<'a, S>(pub &'a mut S);

impl<'de, S: Shape> DeserializeSeed<'de> for Take<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, S: Shape> Visitor<'de> for Take<'_, S> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.0.is_object();
        while let Some(key) = map.next_key::<Key>()? {
            self.0.member(key.as_str(), &mut map)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while self.0.item(&mut list)? {}
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.text(text);
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.0.number(number);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        if let Ok(number) = i64::try_from(number) {
            self.0.number(number);
        }
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, reason = "the number is whole and within 32 bits")]
    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        if number.fract() == 0.0 && number.abs() < f64::from(i32::MAX) {
            self.0.number(number as i64);
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// A key, kept in place: there are many, and the ones we know are short. A longer one is none that we know.
struct Key {
    bytes: [u8; Self::SIZE],
    length: usize,
}

impl Key {
    const SIZE: usize = 40;

    fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Reads;
        impl Visitor<'_> for Reads {
            type Value = Key;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a key")
            }

            fn visit_str<E>(self, text: &str) -> Result<Key, E> {
                let mut key = Key { bytes: [0; Key::SIZE], length: 0 };
                if let Some(bytes) = key.bytes.get_mut(..text.len()) {
                    bytes.copy_from_slice(text.as_bytes());
                    key.length = text.len();
                }
                Ok(key)
            }
        }
        json.deserialize_str(Reads)
    }
}

/// A text, if there is one.
#[derive(Default)]
pub struct Text(pub Option<String>);

impl Shape for Text {
    fn text(&mut self, text: &str) {
        self.0 = Some(text.to_owned());
    }
}

/// A place in a list, if there is one. The standard writes -1 for none.
#[derive(Default)]
pub struct Index(pub Option<usize>);

impl Shape for Index {
    fn number(&mut self, number: i64) {
        self.0 = usize::try_from(number).ok();
    }
}

/// A list whose items all have one shape. A value that is no list has no items.
#[derive(Default)]
pub struct List<S>(pub Vec<S>);

impl<S: Shape + Default> Shape for List<S> {
    fn item<'de, A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let mut one = S::default();
        let found = list.next_element_seed(Take(&mut one))?.is_some();
        if found {
            self.0.push(one);
        }
        Ok(found)
    }
}

/// Reads the value of a member into a shape.
pub fn take<'de, A: MapAccess<'de>, S: Shape>(map: &mut A, shape: &mut S) -> Result<(), A::Error> {
    map.next_value_seed(Take(shape))
}

/// Reads the value of a member as a text.
pub fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<String>, A::Error> {
    let mut text = Text::default();
    take(map, &mut text)?;
    Ok(text.0)
}

/// Reads the value of a member as a place in a list.
pub fn index<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<usize>, A::Error> {
    let mut index = Index::default();
    take(map, &mut index)?;
    Ok(index.0)
}
