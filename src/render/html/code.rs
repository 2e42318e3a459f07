//! Code blocks.
//!
//! In: code with what its info line says. Out: a figure; a `bad` block and the `good` one after it become a pair.

use super::{Writer, escape};
use crate::markdown::{CodeText, Fence, Node, Role};

impl<'e> Writer<'_, 'e> {
    /// Writes a code block, or a pair of them; the index of the event to go on with.
    pub(super) fn code_block(&mut self, block: &'e CodeText, index: usize) -> usize {
        if block.fence.role == Some(Role::Bad)
            && let Some(Node::CodeBlock(next)) = self.events.node(index + 1)
            && next.fence.role == Some(Role::Good)
        {
            if self.lifts && self.pair.is_none() {
                let body = std::mem::take(&mut self.out);
                self.pair(block, next);
                self.pair = Some(std::mem::replace(&mut self.out, body));
                self.block("<p class=\"lifted\"><a href=\"#s-pair\">The code is at the top of this page</a></p>\n");
            } else {
                self.pair(block, next);
            }
            return index + 2;
        }
        self.figure(block);
        index + 1
    }

    fn pair(&mut self, bad: &CodeText, good: &CodeText) {
        self.block("<div class=\"pair\">\n");
        self.figure(bad);
        self.figure(good);
        self.out.push_str("</div>\n");
    }

    fn figure(&mut self, block: &CodeText) {
        let fence = &block.fence;
        self.block(match fence.role {
            Some(Role::Bad) => "<figure class=\"code bad\">",
            Some(Role::Good) => "<figure class=\"code good\">",
            None => "<figure class=\"code\">",
        });
        self.caption(fence);
        self.out.push_str("<pre tabindex=\"0\"><code");
        if let Some(language) = &fence.language {
            escape::attribute(&mut self.out, "class", &format!("language-{}", language.value));
        }
        self.out.push('>');
        if fence.diff || !fence.marked.is_empty() {
            self.lines(block);
        } else {
            let language = fence.language.as_ref().map(|language| language.value.as_str());
            self.out.push_str(self.highlighter.highlight(language, &block.code).html());
        }
        self.out.push_str("</code></pre></figure>\n");
    }

    /// What stands above the code: the role in words, the title, the language.
    fn caption(&mut self, fence: &Fence) {
        let role = fence.role.map(|role| match role {
            Role::Bad => "Do not",
            Role::Good => "Do",
        });
        let language = fence.language.as_ref().map(|language| language.value.as_str());
        let parts = [("role", role), ("title", fence.title.as_deref()), ("language", language)];
        if parts.iter().all(|(_, part)| part.is_none()) {
            return;
        }
        self.out.push_str("<figcaption>");
        let mut first = true;
        for (class, part) in parts {
            let Some(part) = part else { continue };
            if !std::mem::take(&mut first) {
                self.out.push(' ');
            }
            self.out.push_str("<span class=\"");
            self.out.push_str(class);
            self.out.push_str("\">");
            escape::text(&mut self.out, part);
            self.out.push_str("</span>");
        }
        self.out.push_str("</figcaption>");
    }

    /// Code line by line, with a class for those that are marked, new or gone. The `+` and `-` stay as text, so that nothing is
    /// said by colour alone, but the language does not see them.
    fn lines(&mut self, block: &CodeText) {
        let fence = &block.fence;
        let language = fence.language.as_ref().map(|language| language.value.as_str());
        let sign = |line: &str| line.chars().next().filter(|c| fence.diff && matches!(c, '+' | '-' | ' '));
        let signs: Vec<Option<char>> = block.code.split_inclusive('\n').map(sign).collect();
        let done = if fence.diff {
            let bare: String = block
                .code
                .split_inclusive('\n')
                .map(|line| line.get(usize::from(sign(line).is_some())..).unwrap_or(line))
                .collect();
            self.highlighter.highlight(language, &bare)
        } else {
            self.highlighter.highlight(language, &block.code)
        };
        for (number, (line, sign)) in (1..).zip(done.lines().zip(signs)) {
            self.out.push_str("<span class=\"line");
            self.out.push_str(if fence.is_marked(number) { " hl" } else { "" });
            self.out.push_str(match sign {
                Some('+') => " ins",
                Some('-') => " del",
                _ => "",
            });
            self.out.push_str("\">");
            self.out.extend(sign);
            self.out.push_str(line);
            self.out.push_str("</span>");
        }
    }
}
