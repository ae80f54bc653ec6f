use proc_macro2::Ident;

use crate::mistakes::Mistakes;
use crate::nearest::{did_you_mean, list};
use crate::set::Kind;
use crate::set::input::Member;

/// The maximum number of variants that an error message lists.
const LISTED: usize = 24;

/// Returns the rights that each member implies directly or indirectly, including itself, as bit
/// sets.
pub(super) fn close(kind: Kind, members: &[Member], mistakes: &mut Mistakes) -> Vec<u128> {
    let edges: Vec<Vec<Edge<'_>>> =
        members.iter().map(|member| edges(kind, member, members, mistakes)).collect();
    let mut search =
        Search { members, edges: &edges, path: Vec::new(), closed: vec![None; members.len()], mistakes };
    (0..members.len()).map(|member| search.close(member)).collect()
}

/// One variant in an `implies(..)`.
struct Edge<'a> {
    to: usize,
    token: &'a Ident,
}

fn edges<'a>(kind: Kind, member: &'a Member, members: &[Member], mistakes: &mut Mistakes) -> Vec<Edge<'a>> {
    let mut edges = Vec::new();
    for token in &member.attribute.implies {
        if *token == member.ident {
            mistakes.at(token, format!("every {} implies itself: remove this", kind.word()));
            continue;
        }
        match members.iter().position(|other| other.ident == *token) {
            Some(to) => edges.push(Edge { to, token }),
            None => mistakes.at(token, unknown(token, members)),
        }
    }
    edges
}

fn unknown(token: &Ident, members: &[Member]) -> String {
    let names: Vec<String> = members.iter().map(|member| member.ident.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let meant = did_you_mean(&token.to_string(), &names);
    if meant.is_empty() {
        format!("unknown variant `{token}`: expected one of {}", list(names.get(..LISTED).unwrap_or(&names)))
    } else {
        format!("unknown variant `{token}`{meant}")
    }
}

/// A depth-first search. An edge back to the current path is a cycle, reported at the edge that
/// closes it.
struct Search<'a> {
    members: &'a [Member],
    edges: &'a [Vec<Edge<'a>>],
    path: Vec<usize>,
    closed: Vec<Option<u128>>,
    mistakes: &'a mut Mistakes,
}

impl Search<'_> {
    fn close(&mut self, member: usize) -> u128 {
        if let Some(closure) = self.closed.get(member).copied().flatten() {
            return closure;
        }
        self.path.push(member);
        let mut closure = 1 << member;
        for edge in self.edges.get(member).into_iter().flatten() {
            match self.path.iter().position(|earlier| *earlier == edge.to) {
                Some(start) => self.tell(start, edge),
                None => closure |= self.close(edge.to),
            }
        }
        self.path.pop();
        if let Some(closed) = self.closed.get_mut(member) {
            *closed = Some(closure);
        }
        closure
    }

    fn tell(&mut self, start: usize, edge: &Edge<'_>) {
        let cycle = self.path.iter().skip(start).chain([&edge.to]).filter_map(|at| self.members.get(*at));
        let cycle: Vec<String> = cycle.map(|member| member.ident.to_string()).collect();
        let text = format!("the implications have a cycle, `{}`: remove one of them", cycle.join(" -> "));
        self.mistakes.at(edge.token, text);
    }
}
