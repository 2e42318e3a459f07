use super::block::{MARKER, cut, wrapped};
use super::draw::zone_name;
use super::place::Rect;
use super::*;
use crate::model::diagram::{FlowEdge, FlowNode, Marker};

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
        crosses: number.is_multiple_of(2),
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
    place::of(&Shape::new(diagram, nodes, flows, vec![120; diagram.zones.len()])).expect("it is laid out")
}

/// The rectangle of a piece of a line.
fn piece(pair: &[(i32, i32)]) -> Rect {
    let (from, to) = (pair[0], pair[1]);
    Rect { x: from.0.min(to.0), y: from.1.min(to.1), width: (from.0 - to.0).abs(), height: (from.1 - to.1).abs() }
}

/// A platform as people draw it: most flows stay in their zone or lead to the next, some go far.
fn platform(components: usize, zones: usize) -> FlowDiagram {
    let mut platform = diagram(components, zones);
    let size = components.div_ceil(zones);
    for (number, component) in platform.components.iter_mut().enumerate() {
        component.zone = Some(number / size);
    }
    let near = (1..components).map(|n| (n - 1 - n % 3 % n, n));
    let far = (0..components / 6).map(|n| (n * 6, (n * 17 + 5) % components)).filter(|(from, to)| from != to);
    platform.flows = near.chain(far).enumerate().map(|(n, (from, to))| flow(n, from, to)).collect();
    platform
}

#[test]
fn shelves_keep_boxes_names_and_lines_apart() {
    for (components, zones) in [(13, 1), (20, 4), (40, 6), (60, 8), (60, 1), (100, 10)] {
        let diagram = platform(components, zones);
        let Laid { placed, .. } = shelved(&diagram);
        let page = Rect { x: 0, y: 0, width: placed.width, height: placed.height };
        let case = format!("{components}/{zones}");
        let most = if components > 60 { 1000 } else { WIDE + 24 };
        assert!(placed.width <= most, "{case}: {} px wide", placed.width);
        for (number, rect) in placed.nodes.iter().enumerate() {
            assert!(placed.nodes.iter().skip(number + 1).all(|other| apart(rect, other)), "{case}");
            for (zone, frame) in placed.zones.iter().enumerate() {
                let own = diagram.components[number].zone == Some(zone);
                assert!(if own { inside(frame, rect) } else { apart(frame, rect) }, "{case}: {number} and zone {zone}");
            }
            assert!(placed.labels.iter().all(|label| apart(label, rect)), "{case}: a label on component {number}");
        }
        for (number, frame) in placed.zones.iter().enumerate() {
            assert!(placed.zones.iter().skip(number + 1).all(|other| apart(frame, other)), "{case}");
        }
        for (number, label) in placed.labels.iter().enumerate() {
            assert!(inside(&page, label), "{case}: {label:?}");
            assert!(placed.labels.iter().skip(number + 1).all(|other| apart(label, other)), "{case}: labels overlap");
        }
        for (flow, way) in diagram.flows.iter().zip(&placed.ways) {
            assert!(way.points.len() >= 2, "{case}: {} has no line", flow.id);
            for piece in way.points.windows(2).map(piece) {
                assert!(piece.width == 0 || piece.height == 0, "{case}: {} is askew", flow.id);
                assert!(placed.nodes.iter().all(|rect| apart(rect, &piece)), "{case}: {} over a component", flow.id);
                for (zone, frame) in diagram.zones.iter().zip(&placed.zones) {
                    let name = Rect { width: pixels(&zone_name(zone)).min(frame.width), height: 24, ..*frame };
                    assert!(apart(&name, &piece), "{case}: {} over the name of {}", flow.id, zone.0);
                }
            }
        }
    }
}

/// Every pair of components with several flows between them, there and back.
fn parallel(components: usize, zones: usize) -> FlowDiagram {
    let mut parallel = platform(components, zones);
    let pairs = (1..components).step_by(components.div_ceil(8)).flat_map(|n| [(n - 1, n), (n, n - 1)]);
    parallel
        .flows
        .extend(pairs.collect::<Vec<_>>().into_iter().enumerate().map(|(n, (from, to))| flow(500 + n, from, to)));
    parallel
}

#[test]
fn parallel_flows_have_labels_of_their_own() {
    for (components, zones) in [(2, 1), (3, 2), (8, 3), (12, 4), (13, 3), (20, 4), (40, 6), (60, 8)] {
        let diagram = parallel(components, zones);
        let laid = layered(&diagram, &Layouts::default()).unwrap_or_else(|| shelved(&diagram));
        let labels = &laid.placed.labels;
        for (number, label) in labels.iter().enumerate() {
            for (other, there) in labels.iter().enumerate().skip(number + 1) {
                let (one, two) = (&diagram.flows[number], &diagram.flows[other]);
                let same = (one.from.min(one.to), one.from.max(one.to)) == (two.from.min(two.to), two.from.max(two.to));
                let kept = !same || apart(label, there);
                assert!(kept, "{components}/{zones}: the labels of {} and {} overlap", one.id, two.id);
            }
            assert!(laid.placed.nodes.iter().all(|node| apart(node, label)), "{components}/{zones}: a label on a box");
        }
    }
}

#[test]
fn threats_are_shown_one_by_one_as_long_as_there_is_room() {
    for components in [6, 20] {
        for (threats, wanted) in [(0_usize, 0_usize), (1, 1), (2, 2), (3, 3), (4, 2), (9, 2)] {
            let mut diagram = platform(components, 2);
            diagram.components.iter_mut().for_each(|node| node.threats.clear());
            diagram.flows.iter_mut().for_each(|flow| flow.threats.clear());
            diagram.flows[1].threats = (0..threats).map(|n| marker(&format!("T{n}"))).collect();
            let drawn = svg(&diagram, &Layouts::default()).expect("it is drawn");
            let shown = (0..threats).filter(|n| drawn.contains(&format!("href=\"#T{n}\""))).count();
            assert_eq!(shown, wanted, "{threats} threats among {components} components");
            // What stands for the rest leads to the row of the flow, which lists them all.
            let rest = format!("href=\"#F1\" aria-label=\"+{} more threats of F1\"", threats.saturating_sub(2));
            assert_eq!(drawn.contains(&rest), threats > 3, "{drawn}");
        }
    }
}

#[test]
fn marks_stand_in_their_boxes_and_apart() {
    let mut diagram = platform(20, 3);
    let ids = ["T1", "T12", "T123", "a-long-one", "T5", "T6"];
    for (number, node) in diagram.components.iter_mut().enumerate() {
        node.threats = ids.iter().take(number % 7).map(|id| marker(id)).collect();
    }
    for (number, flow) in diagram.flows.iter_mut().enumerate() {
        flow.threats = ids.iter().take(number % 7).map(|id| marker(id)).collect();
    }
    let nodes = diagram.components.iter().flat_map(|node| [Block::of_node(node), Block::narrow_node(node)]);
    let flows = diagram.flows.iter().flat_map(|flow| [Block::of_flow(flow, false), Block::narrow_flow(flow, 3)]);
    for block in nodes.chain(flows) {
        let frame = Rect { x: 0, y: 0, width: block.width, height: block.height };
        let marks: Vec<Rect> = block
            .marks
            .iter()
            .map(|mark| Rect { x: mark.at.0, y: mark.at.1, width: mark.width, height: MARKER })
            .collect();
        for (number, mark) in marks.iter().enumerate() {
            assert!(mark.width >= MARKER && inside(&frame, mark), "{frame:?} {mark:?}");
            assert!(marks.iter().skip(number + 1).all(|other| apart(mark, other)), "{marks:?}");
        }
    }
}

#[test]
fn every_line_has_a_lane_of_its_own() {
    for (components, zones) in [(20, 4), (60, 8)] {
        let diagram = platform(components, zones);
        let Laid { placed, .. } = shelved(&diagram);
        let pieces: Vec<(usize, Rect)> = (placed.ways.iter().enumerate())
            .flat_map(|(flow, way)| way.points.windows(2).map(move |pair| (flow, piece(pair))))
            .collect();
        for (number, (flow, a)) in pieces.iter().enumerate() {
            for (other, b) in pieces.iter().skip(number + 1).filter(|(other, _)| other != flow) {
                let along = a.width > 0 && b.width > 0 && a.y == b.y && a.x < b.x + b.width && b.x < a.x + a.width;
                let up = a.height > 0 && b.height > 0 && a.x == b.x && a.y < b.y + b.height && b.y < a.y + a.height;
                assert!(!along && !up, "{components}/{zones}: F{flow} and F{other} share a lane: {a:?} {b:?}");
            }
            let covered = placed.labels.iter().enumerate().filter(|(label, _)| label != flow);
            let covered: Vec<usize> = covered.filter(|(_, label)| !apart(label, a)).map(|(label, _)| label).collect();
            assert!(covered.is_empty(), "{components}/{zones}: F{flow} runs below the labels {covered:?}");
        }
    }
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
fn lines_do_not_run_over_components() {
    for (components, zones) in [(8, 4), (20, 5), (60, 7), (60, 0)] {
        let diagram = diagram(components, zones);
        let placed = placed(&diagram);
        for (flow, way) in diagram.flows.iter().zip(&placed.ways).filter(|(flow, _)| flow.from != flow.to) {
            // The straight pieces are the ones that lie in layers, where the components are.
            for (from, to) in way.points.windows(2).skip(1).step_by(2).map(|pair| (pair[0], pair[1])) {
                let (x, y) = (from.0.min(to.0), from.1.min(to.1));
                let line = Rect { x, y, width: (from.0 - to.0).abs(), height: (from.1 - to.1).abs() };
                for (rect, component) in placed.nodes.iter().zip(&diagram.components) {
                    assert!(apart(rect, &line), "{components}/{zones}: {} runs over {}", flow.id, component.label);
                }
            }
        }
    }
}

#[test]
fn the_same_diagram_is_always_the_same() {
    let first = svg(&diagram(30, 5), &Layouts::default());
    assert!(first.is_some());
    assert_eq!(first, svg(&diagram(30, 5), &Layouts::default()));
    let layouts = Layouts::default();
    for (components, flows) in [(8, 9), (8, 10), (8, 9), (9, 9)] {
        let own = diagram(components, flows);
        assert_eq!(svg(&own, &layouts), svg(&own, &Layouts::default()), "remembered or not");
    }
}

#[test]
fn a_flow_to_itself_stands_beside_its_component_not_below_it() {
    let mut narrow = diagram(20, 4);
    narrow.flows.extend((0..20).map(|n| FlowEdge { threats: vec![marker("T1")], ..flow(100 + n, n, n) }));
    let laid = shelved(&narrow);
    for (number, label) in laid.placed.labels.iter().enumerate() {
        let below = laid.placed.nodes.iter().position(|node| !apart(node, label));
        assert_eq!(below, None, "the label of {}", narrow.flows[number].id);
    }
}

#[test]
fn a_picture_higher_than_paper_comes_in_pieces_that_cut_no_box() {
    let high = platform(60, 8);
    let laid = shelved(&high);
    assert!(laid.placed.height > 1200, "{}", laid.placed.height);
    let drawn = svg(&high, &Layouts::default()).expect("it is drawn");
    let boxes: Vec<(i32, i32)> = drawn
        .split("<svg")
        .skip(1)
        .map(|piece| {
            let numbers = piece.split("viewBox=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
            let numbers: Vec<i32> = numbers.split(' ').map(|number| number.parse().unwrap()).collect();
            (numbers[1], numbers[1] + numbers[3])
        })
        .collect();
    assert!(boxes.len() > 1 && boxes[0].0 == 0 && boxes[boxes.len() - 1].1 == laid.placed.height, "{boxes:?}");
    assert!(
        boxes.windows(2).all(|two| two[0].1 == two[1].0) && boxes.iter().all(|(top, end)| end - top <= 1000),
        "{boxes:?}"
    );
    for rect in laid.placed.nodes.iter().chain(&laid.placed.labels) {
        let whole = boxes.iter().any(|(top, end)| *top <= rect.y && rect.y + rect.height <= *end);
        assert!(whole, "{rect:?} is cut: {boxes:?}");
    }
    // Everything that can be followed is there once; ids are unique.
    assert_eq!(drawn.matches("<g class=\"node ").count(), high.components.len());
    assert_eq!(drawn.matches("<g class=\"label").count(), high.flows.len());
    assert_eq!(drawn.matches(" id=\"flows-title1\"").count(), 1);
    assert_eq!(drawn.matches("class=\"zone-name\"").count(), high.zones.len());
}

#[test]
fn the_trust_of_a_zone_is_told_where_its_name_has_to_be_cut() {
    let zone = |name: &str, trust: Option<&str>| (name.to_owned(), trust.map(str::to_owned));
    let provider = zone("Payment provider", Some("medium"));
    assert_eq!(draw::zone_in(&provider, 40), "Payment provider (trust: medium)");
    assert_eq!(draw::zone_in(&provider, 20), "Payment pr… (medium)");
    assert_eq!(draw::zone_in(&provider, 10), "Payment p…");
    assert_eq!(draw::zone_in(&zone("Payment provider", None), 10), "Payment p…");
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
    let svg = svg(&hostile, &Layouts::default()).expect("it is drawn");
    assert!(!svg.contains("<script") && !svg.contains("\" onload") && !svg.contains("style="), "{svg}");
    assert!(svg.len() < 30_000 + 4 * 4000 * 6, "{}", svg.len());
}

#[test]
fn what_is_too_large_or_cannot_be_is_not_drawn() {
    assert_eq!(svg(&FlowDiagram::default(), &Layouts::default()), None);
    assert_eq!(svg(&diagram(FlowDiagram::MOST_COMPONENTS + 1, 3), &Layouts::default()), None);
    let mut many = diagram(3, 1);
    many.flows = (0..=FlowDiagram::MOST_FLOWS).map(|n| flow(n, 0, 1)).collect();
    assert_eq!(svg(&many, &Layouts::default()), None);
    let mut broken = diagram(3, 1);
    broken.flows[0].to = 99;
    assert_eq!(svg(&broken, &Layouts::default()), None);
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
    let drawn = svg(&odd, &Layouts::default()).expect("it is drawn");
    assert_eq!(drawn.matches("class=\"flow").count(), 8);
    // The densest that is allowed: everything flows to everything.
    let mut dense = diagram(18, 6);
    let pairs = (0..18).flat_map(|from| (0..18).map(move |to| (from, to))).filter(|(from, to)| from != to);
    dense.flows = pairs.take(FlowDiagram::MOST_FLOWS).enumerate().map(|(n, (from, to))| flow(n, from, to)).collect();
    assert!(svg(&dense, &Layouts::default()).is_some());
}

#[test]
fn any_graph_is_drawn_and_nothing_panics() {
    let mut seed = 1_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for round in 0..250 {
        let (components, zones) = (1 + next(24), next(6));
        let mut any = diagram(components, zones);
        for component in &mut any.components {
            component.zone = (zones > 0 && next(3) > 0).then(|| next(zones));
        }
        any.flows = (0..next(50)).map(|n| flow(n, next(components), next(components))).collect();
        let drawn = svg(&any, &Layouts::default());
        let labels = |svg: String| svg.matches("<g class=\"label").count();
        assert_eq!(drawn.map(labels), Some(any.flows.len()), "round {round}");
    }
}

#[test]
fn words_are_wrapped_and_cut() {
    assert_eq!(wrapped("Addresses of senders and recipients", &[20, 20]), ["Addresses of senders", "and recipients"]);
    assert_eq!(wrapped("a b c d e f g h", &[3, 3]), ["a b", "c…"]);
    assert_eq!(cut("Ein sehr langes Wort", 8), "Ein seh…");
    assert_eq!(cut("界界界界", 5), "界界…");
    assert_eq!(wrapped("", &[5, 5]), Vec::<String>::new());
    assert_eq!(wrapped("Orders partner system", &[13, 15]), ["Orders", "partner system"]);
}
