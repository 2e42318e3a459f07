// A small program with mistakes in it, for scanners to find. Nobody runs it.
const shown = (text) => eval(text);

function panel(element, text) {
  element.innerHTML = text;
  var unused = 1;
}

panel(document.body, shown("1"));
