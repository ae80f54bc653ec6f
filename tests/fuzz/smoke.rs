//! Runs each target with its corpus and with mutations of it. The inputs are the same in every run,
//! on any compiler.

use std::fs;
use std::path::Path;

use authgate_fuzz::TARGETS;

/// The number of mutations for each target.
const MUTATIONS: usize = 1500;
/// The maximum length of a mutation in bytes.
const LONGEST: usize = 2048;

/// A deterministic random number generator (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 32).expect("half a word") % end.max(1)
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).expect("a byte")
    }
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("a corpus").map(|file| file.expect("a file").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("readable")).collect()
}

fn mutate(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut input = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(4) {
        let at = dice.below(input.len() + 1);
        match dice.below(6) {
            0 if at < input.len() => input[at] ^= 1 << dice.below(8),
            1 if at < input.len() => input[at] = dice.byte(),
            2 => input.insert(at, dice.byte()),
            3 if at < input.len() => drop(input.remove(at)),
            4 => input.truncate(at),
            _ => {
                let other = &corpus[dice.below(corpus.len())];
                let from = dice.below(other.len() + 1);
                input.truncate(at);
                input.extend(&other[from..]);
            }
        }
    }
    input.truncate(LONGEST);
    input
}

#[test]
fn corpora_and_mutations_pass_every_target() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(!corpus.is_empty(), "{name} has no corpus");
        let mut dice = Dice(0x5eed);
        let seeds = corpus.iter().cloned();
        let mut tried = 0;
        for input in seeds.chain((0..MUTATIONS).map(|_| mutate(&corpus, &mut dice))) {
            if std::panic::catch_unwind(|| target(&input)).is_err() {
                panic!("{name} fails on {:?}", String::from_utf8_lossy(&input));
            }
            tried += 1;
        }
        println!("{name}: {tried} inputs");
    }
}
