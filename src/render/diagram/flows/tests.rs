use super::*;

fn marker(id: &str) -> Marker {
    Marker { id: id.to_owned(), title: format!("{id} <happens>"), tone: "bad", href: format!("#{id}") }
}

fn component(number: usize, zone: Option<usize>) -> FlowNode {
    let sorts = ["process", "store", "actor", "external"];
    FlowNode {
        label: format!("Component {number}"),
        href: format!("#c{number}"),
        sort: sorts[number % 4],
        zone,
        threats: (0..number % 7).map(|n| marker(&format!("T{n}"))).collect(),
    }
}

fn flow(number: usize, from: usize, to: usize) -> FlowEdge {
    FlowEdge {
        id: format!("F{number}"),
        data: "orders and addresses of senders".to_owned(),
        href: format!("#F{number}"),
        from,
        to,
        crosses: number % 2 == 0,
        threats: (0..number % 5).map(|n| marker(&format!("T{n}"))).collect(),
    }
}

/// A diagram of so many components in so many zones, with a flow or two from each to others.
fn diagram(components: usize, zones: usize) -> FlowDiagram {
    let mut flows: Vec<FlowEdge> = (1..components).map(|n| flow(n, n / 3, n)).collect();
    flows.extend((0..components / 2).map(|n| flow(components + n, (n * 7) % components, (n * 5 + 1) % components)));
    FlowDiagram {
        title: "What flows".to_owned(),
        zones: (0..zones).map(|n| (format!("Zone {n}"), Some("low".to_owned()))).collect(),
        components: (0..components).map(|n| component(n, (zones > 0 && n % 5 != 4).then(|| (n / 3) % zones))).collect(),
        flows,
    }
}

fn placed(diagram: &FlowDiagram) -> Placed {
    let nodes: Vec<_> =
        diagram.components.iter().map(Block::of_node).map(|block| (block.width, block.height)).collect();
    let flows: Vec<_> =
        diagram.flows.iter().map(|flow| Block::of_flow(flow, true)).map(|b| (b.width, b.height)).collect();
    place::of(diagram, &nodes, &flows, &vec![120; diagram.zones.len()]).expect("it is laid out")
}

fn apart(a: &Rect, b: &Rect) -> bool {
    a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
}

fn inside(outer: &Rect, inner: &Rect) -> bool {
    outer.x <= inner.x
        && outer.y <= inner.y
        && inner.x + inner.width <= outer.x + outer.width
        && inner.y + inner.height <= outer.y + outer.height
}

#[test]
fn components_stand_apart_and_in_their_zones() {
    for (components, zones) in [(1, 0), (3, 2), (8, 4), (20, 5), (60, 7), (60, 0), (100, 9)] {
        let diagram = diagram(components, zones);
        let placed = placed(&diagram);
        let page = Rect { x: 0, y: 0, width: placed.width, height: placed.height };
        for (number, (component, rect)) in diagram.components.iter().zip(&placed.nodes).enumerate() {
            assert!(inside(&page, rect), "{components}/{zones}: {rect:?} is off the page");
            for other in placed.nodes.iter().skip(number + 1) {
                assert!(apart(rect, other), "{components}/{zones}: {rect:?} and {other:?} overlap");
            }
            if let Some(zone) = component.zone {
                assert!(inside(&placed.zones[zone], rect), "{components}/{zones}: {number} is outside its zone");
            }
        }
        let overlaps = placed.nodes.iter().flat_map(|node| placed.labels.iter().map(move |label| (node, label)));
        let overlaps = overlaps.filter(|(node, label)| !apart(node, label)).count();
        assert_eq!(overlaps, 0, "{components}/{zones}: labels over components");
    }
}

#[test]
fn zones_stand_apart_from_each_other_and_from_strangers() {
    for (components, zones) in [(3, 2), (8, 4), (20, 5), (60, 7)] {
        let diagram = diagram(components, zones);
        let placed = placed(&diagram);
        for (number, zone) in placed.zones.iter().enumerate() {
            for other in placed.zones.iter().skip(number + 1) {
                assert!(apart(zone, other), "{components}/{zones}: {zone:?} and {other:?} overlap");
            }
            for (component, rect) in diagram.components.iter().zip(&placed.nodes) {
                assert!(
                    component.zone == Some(number) || apart(zone, rect),
                    "{components}/{zones}: {} stands in a zone that is not its own",
                    component.label
                );
            }
        }
    }
}

#[test]
fn the_same_diagram_is_always_the_same() {
    let first = svg(&diagram(30, 5));
    assert!(first.is_some());
    assert_eq!(first, svg(&diagram(30, 5)));
}

#[test]
fn hostile_texts_are_texts() {
    let mut hostile = diagram(4, 2);
    let evil = "</text><script>alert(1)</script>\" onload=\"x";
    hostile.title = evil.to_owned();
    hostile.zones[0] = (evil.to_owned(), Some(evil.to_owned()));
    hostile.components[1].label = evil.to_owned();
    hostile.components[1].href = "#\"><script>".to_owned();
    hostile.flows[0].id = evil.to_owned();
    hostile.flows[0].data = evil.to_owned();
    hostile.flows[0].threats =
        vec![Marker { id: evil.to_owned(), title: evil.to_owned(), tone: "bad", href: "#x\"y".to_owned() }];
    hostile.components[2].label = "\u{202e}\u{0}界".repeat(4000);
    hostile.components[3].label = String::new();
    let svg = svg(&hostile).expect("it is drawn");
    assert!(!svg.contains("<script") && !svg.contains("\" onload") && !svg.contains("style="), "{svg}");
    assert!(svg.len() < 30_000 + 4 * 4000 * 6, "{}", svg.len());
}

#[test]
fn what_is_too_large_or_cannot_be_is_not_drawn() {
    assert_eq!(svg(&FlowDiagram::default()), None);
    assert_eq!(svg(&diagram(FlowDiagram::MOST_COMPONENTS + 1, 3)), None);
    let mut many = diagram(3, 1);
    many.flows = (0..=FlowDiagram::MOST_FLOWS).map(|n| flow(n, 0, 1)).collect();
    assert_eq!(svg(&many), None);
    let mut broken = diagram(3, 1);
    broken.flows[0].to = 99;
    assert_eq!(svg(&broken), None);
}

#[test]
fn odd_graphs_are_drawn_as_well() {
    let mut odd = diagram(6, 3);
    // To itself, back and forth, twice the same, and a zone with nothing in it.
    odd.flows = [(0, 0), (0, 0), (1, 2), (2, 1), (1, 2), (3, 3), (4, 5), (5, 4)]
        .into_iter()
        .enumerate()
        .map(|(n, (from, to))| flow(n, from, to))
        .collect();
    odd.zones.push(("Empty".to_owned(), None));
    let drawn = svg(&odd).expect("it is drawn");
    assert_eq!(drawn.matches("class=\"flow").count(), 8);
    // The densest that is allowed: everything flows to everything.
    let mut dense = diagram(18, 6);
    let pairs = (0..18).flat_map(|from| (0..18).map(move |to| (from, to))).filter(|(from, to)| from != to);
    dense.flows = pairs.take(FlowDiagram::MOST_FLOWS).enumerate().map(|(n, (from, to))| flow(n, from, to)).collect();
    assert!(svg(&dense).is_some());
}

#[test]
fn words_are_wrapped_and_cut() {
    assert_eq!(wrapped("Addresses of senders and recipients", 20, 2), ["Addresses of senders", "and recipients"]);
    assert_eq!(wrapped("a b c d e f g h", 3, 2), ["a b", "c…"]);
    assert_eq!(cut("Ein sehr langes Wort", 8), "Ein seh…");
    assert_eq!(cut("界界界界", 5), "界界…");
    assert_eq!(wrapped("", 5, 2), Vec::<String>::new());
}
