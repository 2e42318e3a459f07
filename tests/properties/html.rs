//! A page as a browser reads it: every element with its attributes, and what the parser had to put right.
//!
//! In: the bytes of an HTML file. Out: [`Html`], in document order. The parser is html5ever, which the sanitiser brings anyway.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, ExpandedName, QualName, local_name, ns, parse_document};

/// A page, read.
pub struct Html {
    /// Its elements in the order of their opening tags.
    pub elements: Vec<Element>,
    /// What the HTML standard calls a parse error.
    pub errors: Vec<String>,
}

/// An element.
pub struct Element {
    /// Its name in lower case (SVG keeps its own case).
    pub name: String,
    /// Its attributes, as the browser has them: entities resolved.
    pub attributes: Vec<(String, String)>,
    /// The text right inside it.
    pub text: String,
}

impl Element {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a page.
pub fn read(bytes: &[u8]) -> Html {
    let sink = Sink {
        nodes: RefCell::default(),
        errors: RefCell::default(),
        document: Rc::new(Node::new(document_name(), &[])),
    };
    parse_document(sink, html5ever::ParseOpts::default()).from_utf8().one(bytes)
}

fn document_name() -> QualName {
    QualName::new(None, ns!(html), local_name!(""))
}

struct Node {
    name: QualName,
    attributes: RefCell<Vec<(String, String)>>,
    text: RefCell<String>,
}

impl Node {
    fn new(name: QualName, attributes: &[Attribute]) -> Self {
        let attributes = attributes.iter().map(|one| (qualified(&one.name), one.value.to_string())).collect();
        Self { name, attributes: RefCell::new(attributes), text: RefCell::default() }
    }
}

fn qualified(name: &QualName) -> String {
    name.prefix.as_ref().map_or_else(|| name.local.to_string(), |prefix| format!("{prefix}:{}", name.local))
}

struct Sink {
    nodes: RefCell<Vec<Rc<Node>>>,
    errors: RefCell<Vec<String>>,
    document: Rc<Node>,
}

impl Sink {
    fn put(parent: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        match child {
            NodeOrText::AppendNode(_) => {}
            NodeOrText::AppendText(text) => parent.text.borrow_mut().push_str(&text),
        }
    }
}

impl TreeSink for Sink {
    type Handle = Rc<Node>;
    type Output = Html;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Html {
        let element = |node: &Rc<Node>| Element {
            name: node.name.local.to_string(),
            attributes: node.attributes.take(),
            text: node.text.take(),
        };
        Html { elements: self.nodes.borrow().iter().map(element).collect(), errors: self.errors.take() }
    }

    fn parse_error(&self, message: Cow<'static, str>) {
        self.errors.borrow_mut().push(message.into_owned());
    }

    fn get_document(&self) -> Rc<Node> {
        Rc::clone(&self.document)
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<Node>) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Rc<Node> {
        if flags.had_duplicate_attributes {
            self.parse_error(format!("an attribute twice in <{}>", name.local).into());
        }
        let mut nodes = self.nodes.borrow_mut();
        let node = Rc::new(Node::new(name, &attributes));
        nodes.push(Rc::clone(&node));
        node
    }

    fn create_comment(&self, _text: StrTendril) -> Rc<Node> {
        Rc::new(Node::new(document_name(), &[]))
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> Rc<Node> {
        Rc::new(Node::new(document_name(), &[]))
    }

    fn append(&self, parent: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        Self::put(parent, child);
    }

    fn append_based_on_parent_node(&self, element: &Rc<Node>, _previous: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        Self::put(element, child);
    }

    fn append_doctype_to_document(&self, _name: StrTendril, _public: StrTendril, _system: StrTendril) {}

    fn get_template_contents(&self, target: &Rc<Node>) -> Rc<Node> {
        Rc::clone(target)
    }

    fn same_node(&self, a: &Rc<Node>, b: &Rc<Node>) -> bool {
        Rc::ptr_eq(a, b)
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        if mode != QuirksMode::NoQuirks {
            self.parse_error("no doctype".into());
        }
    }

    fn append_before_sibling(&self, _sibling: &Rc<Node>, _child: NodeOrText<Rc<Node>>) {}

    fn add_attrs_if_missing(&self, target: &Rc<Node>, attributes: Vec<Attribute>) {
        let mut own = target.attributes.borrow_mut();
        for one in attributes {
            let name = qualified(&one.name);
            if own.iter().all(|(known, _)| *known != name) {
                own.push((name, one.value.to_string()));
            }
        }
    }

    fn remove_from_parent(&self, _target: &Rc<Node>) {}

    fn reparent_children(&self, _node: &Rc<Node>, _new_parent: &Rc<Node>) {}
}
