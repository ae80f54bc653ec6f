//! Ordered binary decision diagrams, in which equal functions are the same node.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A function of the facts about a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Node(u32);

impl Node {
    pub(super) const NEVER: Self = Self(0);
    pub(super) const ALWAYS: Self = Self(1);

    pub(super) fn is_never(self) -> bool {
        self == Self::NEVER
    }
}

/// Selects one of two functions by a variable. Both depend on later variables only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Choice {
    pub(super) variable: u32,
    pub(super) without: Node,
    pub(super) with: Node,
}

type Known<K> = HashMap<K, Node, BuildHasherDefault<Mixed>>;

/// A hasher for keys of a few small numbers. The input cannot select the numbers, and the number of
/// steps is bounded.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u32(u32::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        // Multiplies by the golden ratio, and mixes the upper half into the lower.
        let mixed = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

/// The maximum number of variables, which bounds the depth.
const MOST_VARIABLES: u32 = 1 << 10;

/// All nodes, and the results that are known. A method returns `None` if no steps are left.
#[derive(Debug)]
pub(super) struct Diagram {
    nodes: Vec<Choice>,
    known: Known<Choice>,
    chosen: Known<(Node, Node, Node)>,
    steps_left: usize,
}

impl Diagram {
    /// Creates a diagram with a maximum number of steps. Each step creates at most one node.
    pub(super) fn of(most_steps: usize) -> Self {
        Self { nodes: Vec::new(), known: Known::default(), chosen: Known::default(), steps_left: most_steps }
    }

    pub(super) const fn steps_left(&self) -> usize {
        self.steps_left
    }

    /// Returns the choice of a node, or `None` for the two constant nodes.
    pub(super) fn choice(&self, node: Node) -> Option<Choice> {
        let at = usize::try_from(node.0.checked_sub(2)?).ok()?;
        self.nodes.get(at).copied()
    }

    /// Returns the function that is true if a variable is.
    pub(super) fn variable(&mut self, variable: u32) -> Option<Node> {
        (variable < MOST_VARIABLES).then_some(())?;
        self.node(Choice { variable, without: Node::NEVER, with: Node::ALWAYS })
    }

    fn node(&mut self, choice: Choice) -> Option<Node> {
        if choice.with == choice.without {
            return Some(choice.with);
        }
        if let Some(known) = self.known.get(&choice) {
            return Some(*known);
        }
        let node = Node(u32::try_from(self.nodes.len()).ok()?.checked_add(2)?);
        self.nodes.push(choice);
        self.known.insert(choice, node);
        Some(node)
    }

    pub(super) fn not(&mut self, node: Node) -> Option<Node> {
        self.choose(node, Node::NEVER, Node::ALWAYS)
    }

    pub(super) fn and(&mut self, one: Node, other: Node) -> Option<Node> {
        self.choose(one.min(other), one.max(other), Node::NEVER)
    }

    pub(super) fn or(&mut self, one: Node, other: Node) -> Option<Node> {
        self.choose(one.min(other), Node::ALWAYS, one.max(other))
    }

    /// Returns `with` if `by` is true, and `without` otherwise.
    fn choose(&mut self, by: Node, with: Node, without: Node) -> Option<Node> {
        match (by, with, without) {
            (Node::ALWAYS, with, _) => return Some(with),
            (Node::NEVER, _, without) => return Some(without),
            (by, Node::ALWAYS, Node::NEVER) => return Some(by),
            (_, with, without) if with == without => return Some(with),
            _ => {}
        }
        let key = (by, with, without);
        if let Some(known) = self.chosen.get(&key) {
            return Some(*known);
        }
        self.steps_left = self.steps_left.checked_sub(1)?;
        let nodes = [by, with, without];
        let variables = nodes.iter().filter_map(|node| Some(self.choice(*node)?.variable));
        let variable = variables.min()?;
        let [by_so, with_so, without_so] = nodes.map(|node| self.branch(node, variable, true));
        let so = self.choose(by_so, with_so, without_so)?;
        let [by_not, with_not, without_not] = nodes.map(|node| self.branch(node, variable, false));
        let not = self.choose(by_not, with_not, without_not)?;
        let node = self.node(Choice { variable, without: not, with: so })?;
        self.chosen.insert(key, node);
        Some(node)
    }

    /// Returns the function for a value of a variable. The node must not depend on earlier
    /// variables.
    fn branch(&self, node: Node, variable: u32, so: bool) -> Node {
        match self.choice(node) {
            Some(choice) if choice.variable == variable && so => choice.with,
            Some(choice) if choice.variable == variable => choice.without,
            _ => node,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A function of six variables, with its construction.
    #[derive(Clone, Debug)]
    enum Made {
        Variable(u32),
        Not(Box<Self>),
        And(Box<Self>, Box<Self>),
        Or(Box<Self>, Box<Self>),
    }

    const VARIABLES: u32 = 6;

    impl Made {
        fn node(&self, diagram: &mut Diagram) -> Node {
            match self {
                Self::Variable(variable) => diagram.variable(*variable),
                Self::Not(part) => {
                    let part = part.node(diagram);
                    diagram.not(part)
                }
                Self::And(one, other) => {
                    let (one, other) = (one.node(diagram), other.node(diagram));
                    diagram.and(one, other)
                }
                Self::Or(one, other) => {
                    let (one, other) = (one.node(diagram), other.node(diagram));
                    diagram.or(one, other)
                }
            }
            .unwrap()
        }

        fn holds(&self, world: u32) -> bool {
            match self {
                Self::Variable(variable) => world >> variable & 1 == 1,
                Self::Not(part) => !part.holds(world),
                Self::And(one, other) => one.holds(world) && other.holds(world),
                Self::Or(one, other) => one.holds(world) || other.holds(world),
            }
        }
    }

    fn holds(diagram: &Diagram, mut node: Node, world: u32) -> bool {
        while let Some(choice) = diagram.choice(node) {
            node = if world >> choice.variable & 1 == 1 { choice.with } else { choice.without };
        }
        node == Node::ALWAYS
    }

    fn made() -> impl Strategy<Value = Made> {
        (0..VARIABLES).prop_map(Made::Variable).prop_recursive(6, 40, 2, |inner| {
            let two = (inner.clone().prop_map(Box::new), inner.clone().prop_map(Box::new));
            prop_oneof![
                inner.prop_map(|part| Made::Not(Box::new(part))),
                two.clone().prop_map(|(one, other)| Made::And(one, other)),
                two.prop_map(|(one, other)| Made::Or(one, other)),
            ]
        })
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn nodes_are_equal_iff_truth_tables_are_equal(one in made(), other in made()) {
            let mut diagram = Diagram::of(100_000);
            let (node, second) = (one.node(&mut diagram), other.node(&mut diagram));
            let table = |made: &Made| (0..1 << VARIABLES).map(|world| made.holds(world)).collect::<Vec<_>>();
            for world in 0..1 << VARIABLES {
                prop_assert_eq!(holds(&diagram, node, world), one.holds(world));
            }
            prop_assert_eq!(node == second, table(&one) == table(&other));
        }
    }

    #[test]
    fn exceeding_step_or_variable_limit_returns_none() {
        let mut diagram = Diagram::of(3);
        let variables: Vec<_> = (0..4).map(|variable| diagram.variable(variable).unwrap()).collect();
        let made: Vec<_> = variables.windows(2).map(|two| diagram.and(two[0], two[1])).collect();
        assert!(made.iter().all(Option::is_some));
        assert_eq!(diagram.and(variables[0], variables[3]), None);
        assert_eq!(diagram.variable(MOST_VARIABLES), None);
    }
}
